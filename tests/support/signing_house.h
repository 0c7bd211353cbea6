#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "support/store_fixture.h"
#include "trust/keys.h"
#include "trust/people/grant.h"
#include "trust/people/people.h"
#include "trust/signing/signer.h"

namespace musubi::testing {

inline Caller person_caller(const std::string& id, Role role = Role::Operator,
                            const std::string& tenant = {}) {
    Caller caller;
    caller.subject = person_subject(id);
    caller.tenant = tenant;
    caller.role = role;
    caller.access = std::make_shared<const AccessFilter>(access_of(role));
    return caller;
}

/// People who sign, with their keys in the store of a test.
class SigningHouse {
public:
    /// Loads the keys anew, as a start does.
    void open(Store& store) {
        keys = std::make_unique<SigningKeys>();
        const auto loaded = keys->load(store, secret);
        EXPECT_TRUE(loaded) << to_text(loaded.error());
    }
    /// Somebody who has just signed in; they are known from then on.
    Signer signer(Store& store, const Clock& clock, const std::string& id) {
        add(store, id);
        Session session;
        session.person = id;
        session.created_at = clock.now();
        return *Signer::of(*keys, sessions, session, clock.now(), made);
    }
    static void add(Store& store, const std::string& id) {
        if (store.record(0, People::kKind, id).value()) return;
        Person person;
        person.id = person.name = id;
        const auto done = store.commit(service_caller("", "test"), [&](Transaction& tx) {
            tx.put_record_of(0, People::kKind, id, encode(person));
            return Result<void>{};
        });
        EXPECT_TRUE(done) << to_text(done.error());
    }
    /// Signs within a command of theirs.
    Result<PersonSignature> sign(Store& store, const Clock& clock, const std::string& id,
                                 const Statement& statement) {
        const Signer by = signer(store, clock, id);
        PersonSignature signature;
        const auto done = store.commit(person_caller(id, Role::Operator, statement.tenant),
                                       [&](Transaction& tx) -> Result<void> {
                                           signature = TRY(by.sign(tx, statement));
                                           return {};
                                       });
        if (!done) return done.error();
        return signature;
    }

    SealingSecret secret = SealingSecret::generate();
    People people;
    Sessions sessions{people, SessionRule{}};
    Signer::Made made;
    std::unique_ptr<SigningKeys> keys;
};

}  // namespace musubi::testing
