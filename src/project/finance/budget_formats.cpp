#include <fmt/format.h>

#include <string_view>

#include "project/finance/budget.h"
#include "project/finance/money_words.h"

namespace musubi {
namespace {

template <typename F>
void each_table(const Budget& budget, F table) {
    table(budget.comparison);
    for (const BudgetTable& one : budget.alternatives) table(one);
}

std::string csv_field(std::string_view text) {
    std::string out = "\"";
    if (!text.empty() &&
        std::string_view{"=+-@\t\r"}.find(text.front()) != std::string_view::npos) {
        out += '\'';
    }
    for (const char c : text) out += c == '"' ? std::string{"\"\""} : std::string{c};
    return out + '"';
}

std::string escaped(std::string_view text) {
    std::string out;
    for (const char c : text) {
        switch (c) {
            case '&': out += "&amp;"; break;
            case '<': out += "&lt;"; break;
            case '>': out += "&gt;"; break;
            case '"': out += "&quot;"; break;
            default: out += c;
        }
    }
    return out;
}

std::string html_table(const BudgetTable& table) {
    std::string out = "<h2>" + escaped(table.name) + "</h2>\n<table>\n<thead><tr>";
    for (const std::string& column : table.columns) {
        out += "<th scope=\"col\">" + escaped(column) + "</th>";
    }
    out += "</tr></thead>\n<tbody>\n";
    for (const BudgetRow& row : table.rows) {
        out += row.sum ? "<tr class=\"sum\">" : "<tr>";
        out += "<th scope=\"row\">" + escaped(row.label) + "</th>";
        for (const double value : row.values) out += "<td>" + thousands(value) + "</td>";
        out += "</tr>\n";
    }
    return out + "</tbody>\n</table>\n";
}

constexpr const char* kStyle =
    "@page{size:A4 landscape;margin:15mm}body{font-family:sans-serif;font-size:10pt;color:#000}"
    "h1{font-size:14pt}h2{font-size:11pt;margin:1em 0 "
    ".3em}table{border-collapse:collapse;width:100%;"
    "break-inside:avoid}th,td{border:1px solid #888;padding:.25em .5em}td{text-align:right;"
    "font-variant-numeric:tabular-nums}th[scope=row]{text-align:left;font-weight:normal}"
    ".sum>*{font-weight:bold;background:#eee}";

}  // namespace

std::string to_text(const Budget& budget) {
    std::string out = budget.title + "\n";
    for (const std::string& note : budget.notes) out += note + "\n";
    each_table(budget, [&](const BudgetTable& table) {
        out += "\n" + table.name + "\n";
        for (std::size_t i = 0; i < table.columns.size(); ++i) {
            out += (i == 0 ? "" : " | ") + table.columns[i];
        }
        out += "\n";
        for (const BudgetRow& row : table.rows) {
            out += row.label;
            for (const double value : row.values) out += " | " + thousands(value);
            out += "\n";
        }
    });
    return out;
}

std::string to_csv(const Budget& budget) {
    std::string out = "\xEF\xBB\xBF" + csv_field(budget.title) + "\r\n";
    for (const std::string& note : budget.notes) out += csv_field(note) + "\r\n";
    each_table(budget, [&](const BudgetTable& table) {
        out += "\r\n" + csv_field(table.name) + "\r\n";
        for (std::size_t i = 0; i < table.columns.size(); ++i) {
            out += (i == 0 ? "" : ",") + csv_field(table.columns[i]);
        }
        out += "\r\n";
        for (const BudgetRow& row : table.rows) {
            out += csv_field(row.label);
            for (const double value : row.values) out += fmt::format(",{:.0f}", value);
            out += "\r\n";
        }
    });
    return out;
}

std::string to_html(const Budget& budget, bool japanese) {
    std::string out = fmt::format(
        "<!doctype html>\n<html lang=\"{}\">\n<head><meta charset=\"utf-8\"><title>{}</title>\n"
        "<style>{}</style></head>\n<body>\n<h1>{}</h1>\n",
        japanese ? "ja" : "en", escaped(budget.title), kStyle, escaped(budget.title));
    each_table(budget, [&](const BudgetTable& table) { out += html_table(table); });
    out += "<ul>\n";
    for (const std::string& note : budget.notes) out += "<li>" + escaped(note) + "</li>\n";
    return out + "</ul>\n</body>\n</html>\n";
}

Json to_json(const Budget& budget) {
    Json out;
    out.set("title", budget.title);
    out.set("unit", "千円");
    Json notes{Json::Array{}};
    for (const std::string& note : budget.notes) notes.push_back(note);
    out.set("notes", std::move(notes));
    Json tables{Json::Array{}};
    each_table(budget, [&](const BudgetTable& table) {
        Json one;
        one.set("name", table.name);
        Json columns{Json::Array{}};
        for (const std::string& column : table.columns) columns.push_back(column);
        one.set("columns", std::move(columns));
        Json rows{Json::Array{}};
        for (const BudgetRow& row : table.rows) {
            Json cells{Json::Array{Json{row.label}}};
            for (const double value : row.values) cells.push_back(value);
            rows.push_back(std::move(cells));
        }
        one.set("rows", std::move(rows));
        tables.push_back(std::move(one));
    });
    out.set("tables", std::move(tables));
    return out;
}

}  // namespace musubi
