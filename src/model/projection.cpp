#include "model/projection.h"

#include <algorithm>
#include <array>

#include "model/ngsild/names.h"
#include "model/query/text_cursor.h"

namespace musubi {
namespace {

constexpr std::string_view kEnds = ",|{}";

class ProjectionParser {
public:
    ProjectionParser(std::string_view text, const Context& context)
        : in_{text}, context_{context} {}

    Result<MemberSelection> whole() {
        MemberSelection out = TRY(members(0));
        if (in_.at_end()) return out;
        return in_.bad("',' or the end is expected");
    }

private:
    Result<MemberSelection> members(std::size_t depth) {
        if (depth > kMaxProjectionDepth) {
            return in_.bad(
                fmt::format("linked entities are shown {} deep at most", kMaxProjectionDepth));
        }
        MemberSelection out;
        do {
            if (++count_ > kMaxProjectedMembers) {
                return in_.too_complex(
                    fmt::format("{} members may be named at most", kMaxProjectedMembers));
            }
            ProjectedMember member;
            member.name = TRY(name());
            if (in_.take("{")) {
                member.linked = TRY(members(depth + 1));
                if (!in_.take("}")) return in_.bad("a '}' is missing");
            }
            out.push_back(std::move(member));
        } while (in_.take(",") || in_.take("|"));
        return out;
    }

    Result<std::string> name() {
        in_.skip_spaces();
        const std::size_t size = std::min(in_.rest().find_first_of(kEnds), in_.rest().size());
        const std::string_view text = in_.rest().substr(0, size);
        if (!ngsild::is_name(text)) return in_.bad("the name of a member is expected");
        in_.advance(size);
        if (is_core_member(text)) return std::string(text);
        return context_.expand(text);
    }

    TextCursor in_;
    const Context& context_;
    std::size_t count_ = 0;
};

}  // namespace

Result<MemberSelection> parse_projection(std::string_view text, const Context& context) {
    if (!is_utf8(text)) return Error{ErrorCode::BadRequest, "it is not UTF-8"};
    return ProjectionParser{text, context}.whole();
}

std::size_t depth_of(const MemberSelection& projection) {
    std::size_t depth = 0;
    for (const ProjectedMember& member : projection) {
        if (!member.linked.empty()) depth = std::max(depth, 1 + depth_of(member.linked));
    }
    return depth;
}

const ProjectedMember* find(const MemberSelection& projection, std::string_view name) {
    const auto found = std::find_if(projection.begin(), projection.end(),
                                    [&](const ProjectedMember& m) { return m.name == name; });
    return found == projection.end() ? nullptr : &*found;
}

bool is_core_member(std::string_view name) {
    constexpr std::array<std::string_view, 7> kCore{
        "id", "type", "scope", "createdAt", "modifiedAt", "expiresAt", "deletedAt"};
    return std::find(kCore.begin(), kCore.end(), name) != kCore.end();
}

}  // namespace musubi
