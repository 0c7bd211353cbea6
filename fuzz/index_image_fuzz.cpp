// Images of the index from broken disks: reading must end in an index or in Corrupt; what it gives
// answers queries, and survives being written again.
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string>

#include "model/access.h"
#include "store/index/entity_index.h"
#include "store/index/image.h"

namespace {

using namespace musubi;

class Bytes final : public SideFileReader {
public:
    explicit Bytes(std::string_view bytes) : bytes_{bytes} {}
    [[nodiscard]] std::uint64_t size() const override { return bytes_.size(); }
    [[nodiscard]] Result<void> read(char* to, std::size_t size) override {
        if (size > bytes_.size()) return Error{ErrorCode::Corrupt, "it ends too early"};
        std::memcpy(to, bytes_.data(), size);
        bytes_.remove_prefix(size);
        return {};
    }

private:
    std::string_view bytes_;
};

class Text final : public SideFileWriter {
public:
    [[nodiscard]] Result<void> append(std::string_view bytes) override {
        text += bytes;
        return {};
    }
    [[nodiscard]] Result<void> publish() override { return {}; }
    std::string text;
};

void require(bool fact) {
    if (!fact) std::abort();
}

bool read(std::string_view bytes, EntityIndex& index) {
    Bytes file{bytes};
    ImageReader in{file};
    return index.read(in, {0, 1}, {{0, "urn:a"}}) && in.finish();
}

void check(std::string_view bytes) {
    EntityIndex index;
    if (!read(bytes, index)) return;
    EntityQuery query;
    EntityIndex::Walk walk;
    std::vector<EntityIndex::Candidate> found;
    for (const TenantId tenant : {0U, 1U}) {
        walk = {};
        while (index.next(tenant, query, 100, walk, found)) {
        }
        static_cast<void>(index.shapes(tenant, service_caller("", "fuzz")));
    }
    require(found.size() <= index.rows());
    Text again;
    ImageWriter out{again};
    require(bool{index.write(out)} && bool{out.finish()});
    EntityIndex second;
    // Entities that were stale have no shape, and are put again before an image is written.
    if (read(again.text, second)) require(second.rows() <= index.rows());
    Entity entity;
    entity.id = "urn:a";
    entity.types = {"urn:t"};
    index.put(0, entity.id, &entity);
    require(index.agrees(0, entity));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes{reinterpret_cast<const char*>(data), size};
    check(bytes);
    // The same in one block under a checksum that fits, or what is behind it would not be reached.
    Text framed;
    ImageWriter out{framed};
    if (size <= ImageWriter::kBlockBytes && out.bytes(bytes) && out.finish()) check(framed.text);
    return 0;
}
