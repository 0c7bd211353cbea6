#include "sense/table/refusal.h"

namespace musubi {

RefusalWords words_of(RefusalReason reason) {
    switch (reason) {
        case RefusalReason::MergeMark:
            return {"merge-mark", "版の衝突の印です", "a mark of a merge conflict"};
        case RefusalReason::TooLong: return {"too-long", "行が長すぎます", "the line is too long"};
        case RefusalReason::BadQuote:
            return {"bad-quote", "引用符が閉じていません", "a quote is not closed"};
        case RefusalReason::NulByte:
            return {"nul-byte", "文字でないバイトがあります", "there is a NUL byte"};
        case RefusalReason::BadEncoding:
            return {"bad-encoding", "文字コードが合いません", "the bytes do not fit the encoding"};
        case RefusalReason::TooFewColumns:
            return {"too-few-columns", "列が足りません", "there are too few columns"};
        case RefusalReason::TooManyColumns:
            return {"too-many-columns", "列が多すぎます", "there are too many columns"};
        case RefusalReason::NoKey:
            return {"no-key", "識別子の列が空です", "the column of the id is empty"};
        case RefusalReason::BadId: return {"bad-id", "識別子になりません", "this can not be an id"};
        case RefusalReason::BadTime:
            return {"bad-time", "時刻を読めません", "the time can not be read"};
        case RefusalReason::Ahead: return {"ahead", "時刻が未来です", "the time is in the future"};
        case RefusalReason::BadNumber:
            return {"bad-number", "数ではありません", "this is not a number"};
        case RefusalReason::OutOfRange:
            return {"out-of-range", "ありうる範囲の外です", "the value is not plausible"};
        case RefusalReason::BadBoolean:
            return {"bad-boolean", "真偽ではありません", "this is neither true nor false"};
        case RefusalReason::BadPosition:
            return {"bad-position", "位置を読めません", "the position can not be read"};
        case RefusalReason::BadUri: return {"bad-uri", "URIではありません", "this is not a URI"};
        case RefusalReason::Required:
            return {"required", "必要な値がありません", "a required value is missing"};
        case RefusalReason::WrongShape:
            return {"wrong-shape", "必要な列がありません", "needed columns are not there"};
        case RefusalReason::BadJson:
            return {"bad-json", "JSONとして読めません", "this can not be read as JSON"};
        case RefusalReason::MyNumber:
            return {"my-number", "個人番号（マイナンバー）が入っています。ここには置けません",
                    "it holds an Individual Number (My Number), which is not kept here"};
    }
    return {"unknown", "読めません", "can not be read"};
}

}  // namespace musubi
