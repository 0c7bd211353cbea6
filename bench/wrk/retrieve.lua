-- GET <prefix><id> over `count` ids of type `type` (stations without it). All requests are made before the clock starts.
package.path = package.path .. ";" .. os.getenv("MUSUBI_WRK") .. "/?.lua"
require("common")
local requests, at = {}, 0

function init(args)
    local given = common.arguments(args)
    for i, id in ipairs(common.shuffled(tonumber(given.count), number)) do
        local path = string.format("%surn:ngsi-ld:%s:bench:%06d", given.prefix, given.type or "FloodMonitoring", id)
        requests[i] = wrk.format("GET", path, common.headers(i + number * 7, given.key, given))
    end
end

function request()
    at = at % #requests + 1
    return requests[at]
end
