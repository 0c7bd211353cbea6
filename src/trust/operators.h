#pragma once

#include <string_view>

#include "base/result.h"

namespace musubi {

class Transaction;

/// Those who operate the installation for good, of one kind: keys, people. One of them all stays.
class OperatorCount {
public:
    OperatorCount() = default;
    OperatorCount(const OperatorCount&) = delete;
    OperatorCount& operator=(const OperatorCount&) = delete;
    virtual ~OperatorCount() = default;
    /// Whether there is one, by what commands before this one left, besides the one with the id
    /// `except`. Fails: Io, Corrupt.
    virtual Result<bool> has_operator(Transaction& tx, std::string_view except) const = 0;
};

}  // namespace musubi
