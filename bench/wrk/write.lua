-- Writes to one of `count` entities a request, with a value and a time that were not there before.
-- kind=upsert: POST a whole entity of about 1 kB; kind=patch: PATCH one attribute; day= the day its
-- times are of, another for each run; path= overrides the path (for a peer that only answers).
package.path = package.path .. ";" .. os.getenv("MUSUBI_WRK") .. "/?.lua"
require("common")
local heads, at, round, given, template = {}, 0, 0, nil, nil
local ids

function init(args)
    given = common.arguments(args)
    ids = common.shuffled(tonumber(given.count), number)
    local file = assert(io.open(given.template))
    template = file:read("*a")
    file:close()
    local length = #common_body(1, 1)
    for i, id in ipairs(ids) do
        local headers = common.headers(i + number * 7, given.key)
        headers["Content-Type"] = "application/json"
        headers["Content-Length"] = tostring(length)
        local path = given.path
        if not path then
            path = given.kind == "patch"
                and string.format("/ngsi-ld/v1/entities/urn:ngsi-ld:FloodMonitoring:bench:%06d/attrs", id)
                or "/ngsi-ld/v1/entityOperations/upsert"
        end
        local method = given.kind == "patch" and "PATCH" or "POST"
        local lines = { method .. " " .. path .. " HTTP/1.1", "Host: 127.0.0.1" }
        for name, value in pairs(headers) do lines[#lines + 1] = name .. ": " .. value end
        heads[i] = table.concat(lines, "\r\n") .. "\r\n\r\n"
    end
end

-- @ID@, @VALUE@, @DAY@ and @TIME@ have a fixed width, so each body has the same length. The template is
-- cut once; LuaJIT joins the pieces.
local pieces
function common_body(id, n)
    if not pieces then
        pieces = {}
        local rest = template
        while true do
            local from, to, word = rest:find("@(%u+)@")
            if not from then break end
            pieces[#pieces + 1] = rest:sub(1, from - 1)
            pieces[#pieces + 1] = { word }
            rest = rest:sub(to + 1)
        end
        pieces[#pieces + 1] = rest
    end
    local out = {}
    for i, piece in ipairs(pieces) do
        if type(piece) == "string" then out[i] = piece
        elseif piece[1] == "ID" then out[i] = string.format("%06d", id)
        elseif piece[1] == "VALUE" then out[i] = string.format("%07.4f", 10 + (n * 37 % 899999) / 10000)
        elseif piece[1] == "DAY" then out[i] = given.day
        else out[i] = string.format("%02d:%02d:%02d.%03d", n / 3600000 % 24, n / 60000 % 60, n / 1000 % 60, n % 1000) end
    end
    return table.concat(out)
end

function request()
    at = at + 1
    if at > #heads then at = 1; round = round + 1 end
    -- The threads go through the same times side by side, so that hardly a reading is late.
    return heads[at] .. common_body(ids[at], (round * #heads + at) * 2 + number % 2)
end
