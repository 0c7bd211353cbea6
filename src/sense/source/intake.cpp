#include "sense/source/intake.h"

#include "sense/table/json_table.h"

namespace musubi {

FeedWords words_of(const std::string& name, const IntakeReport& report) {
    if (!report.lacking.empty()) {
        return {name + " の見出しに列がありません: " + report.lacking,
                "the header of " + name + " lacks columns: " + report.lacking};
    }
    if (report.taken > 0 || report.refused == 0) return {};
    return {name + " の行を一つも読めません: " + report.reason_ja,
            "not one row of " + name + " could be taken: " + report.reason_en};
}

Result<void> Intake::finish(const std::string& name, const SourcePosition& position,
                            std::string& stored) {
    std::string bytes = to_bytes(position);
    if (writer_.empty() && bytes == stored) return {};
    TRY(flush(name, position));
    stored = std::move(bytes);
    return {};
}

Result<void> Intake::flush(const std::string& name, const SourcePosition& position) {
    return writer_.flush(config_.name + "/" + name, to_bytes(position));
}

// `position` is still before the row.
Result<void> Intake::take(const std::string& name, const RowResult& read, std::uint64_t line,
                          std::string_view text, const SourcePosition& position) {
    const RowResult result = writer_.checked(read);
    if (writer_.is_early(result)) {
        if (!writer_.empty()) TRY(flush(name, position));
        TRY(writer_.wait_until_due());
    }
    writer_.add(result, {config_.name, name, line, text});
    if (result.kind == RowResult::Kind::Taken) ++report_.taken;
    if (result.kind == RowResult::Kind::Refused) {
        // A mark of a merge conflict between good rows is no sign that the source is ill.
        if (result.why.reason != RefusalReason::MergeMark) ++report_.refused;
        const RefusalWords words = words_of(result.why.reason);
        report_.reason_ja = words.ja;
        report_.reason_en = words.en;
    }
    return {};
}

Result<void> Intake::resume(CsvTable& table, const ByteSource& bytes,
                            const SourcePosition& position) {
    table.look_at(TRY(bytes(0)));
    if (position.header_line == 0) return {};
    RecordSplitter splitter{position.header_begin, position.header_line, config_.delimiter};
    splitter.add(TRY(bytes(position.header_begin)));
    if (const auto header = splitter.next(true)) table.resume(*header);
    return {};
}

Result<IntakeReport> Intake::read_csv(const std::string& name, const ByteSource& bytes,
                                      SourcePosition& position, bool complete) {
    report_ = {};
    CsvTable table{config_, mapper_};
    TRY(resume(table, bytes, position));
    RecordSplitter splitter{position.offset, position.line, config_.delimiter};
    std::uint64_t fetched = position.offset;
    const Time latest = writer_.latest(config_);
    std::uint64_t left_out = table.left_out();
    for (bool at_end = false; !at_end;) {
        const std::string_view chunk = TRY(bytes(fetched));
        fetched += chunk.size();
        at_end = chunk.empty();
        splitter.add(chunk);
        while (const auto record = splitter.next(at_end && complete)) {
            const RowResult result = table.take(*record, latest, writer_.slot());
            TRY(take(name, result, record->line, record->bytes, position));
            if (table.left_out() > left_out) writer_.leave_out(1);
            left_out = table.left_out();
            position.offset = record->end;
            position.line = record->line + record->lines;
            position.header_begin = table.header_begin();
            position.header_line = table.header_line();
            if (writer_.full()) TRY(flush(name, position));
        }
    }
    report_.rest = position.offset < fetched;
    report_.lacking = table.lacking();
    return report_;
}

Result<IntakeReport> Intake::read_json(const std::string& name, std::string_view text,
                                       SourcePosition& position) {
    report_ = {};
    auto table = JsonTable::parse(text, config_, mapper_);
    if (!table) {
        const RowResult result{RowResult::Kind::Refused,
                               {RefusalReason::BadJson, to_text(table.error())}};
        TRY(take(name, result, 1, text.substr(0, 500), position));
        return report_;
    }
    const Time latest = writer_.latest(config_);
    while (position.offset < table->size()) {
        const RowResult result = table->take(position.offset, latest, writer_.slot());
        const bool refused = result.kind == RowResult::Kind::Refused;
        const std::string row = refused ? table->text_of_row(position.offset) : std::string{};
        TRY(take(name, result, position.offset + 1, row, position));
        ++position.offset;
        if (writer_.full()) TRY(flush(name, position));
    }
    return report_;
}

}  // namespace musubi
