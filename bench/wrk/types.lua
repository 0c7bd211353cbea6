-- Queries by type: one of `count` types, 20 results, another offset each time.
package.path = package.path .. ";" .. os.getenv("MUSUBI_WRK") .. "/?.lua"
require("common")
local requests, at = {}, 0

function init(args)
    local given = common.arguments(args)
    math.randomseed(77 + number)
    for i = 1, 5000 do
        local path = string.format("/ngsi-ld/v1/entities?type=Gauge%03d&limit=20&offset=%d",
                                   math.random(tonumber(given.count)), math.random(0, 20))
        requests[i] = wrk.format("GET", path, common.headers(i, given.key, given))
    end
end

function request()
    at = at % #requests + 1
    return requests[at]
end
