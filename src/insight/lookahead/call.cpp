#include "insight/lookahead/call.h"

#include "insight/lookahead/stored_time.h"

namespace musubi {

Call::Step Call::take(const LookAheadModel& model, const Reading& reading) {
    if (reading.onset) {
        if (!active_) return Step::None;
        active_ = false;
        const Duration lead = reading.at - called_;
        return lead.us > 0 && lead <= model.horizon ? Step::ComesTrue : Step::ComesFalse;
    }
    if (reading.above) {
        active_ = false;
        return Step::None;
    }
    if (active_) {
        if (reading.condition) held_ = reading.at;
        const bool over = reading.at - called_ >= model.horizon && reading.at - held_ >= model.hold;
        if (!over) return Step::None;
        active_ = false;
        return Step::ComesFalse;  // a new one may begin at a later reading
    }
    if (!reading.condition) return Step::None;
    active_ = true;
    began_ = held_ = reading.at;
    called_ = reading.clock;
    return Step::Begins;
}

void Call::write(ByteWriter& out) const {
    out.byte(active_ ? 1 : 0);
    if (!active_) return;
    out.signed_number(began_.us);
    out.signed_number(called_.us);
    out.signed_number(held_.us);
}

Call Call::read(ByteReader& in) {
    Call call;
    call.active_ = in.byte() != 0;
    if (!call.active_) return call;
    call.began_ = read_time(in);
    call.called_ = read_time(in);
    call.held_ = read_time(in);
    return call;
}

}  // namespace musubi
