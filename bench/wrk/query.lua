-- Queries by type, q and place; each asks for another place and another value.
package.path = package.path .. ";" .. os.getenv("MUSUBI_WRK") .. "/?.lua"
require("common")
local requests, at = {}, 0

function init(args)
    local given = common.arguments(args)
    math.randomseed(99 + number)
    local meters = tonumber(given.meters or 4000)
    for i = 1, 5000 do
        local path = string.format(
            "/ngsi-ld/v1/entities?type=FloodMonitoring&q=currentLevel%%3E%.3f&georel=near%%3BmaxDistance%%3D%%3D%d"
            .. "&geometry=Point&coordinates=%%5B%.4f,%.4f%%5D&limit=20",
            math.random() * 2, meters + math.random(meters), 135.7 + math.random(), 35.5 + math.random() * 0.6)
        requests[i] = wrk.format("GET", path, common.headers(i, given.key))
    end
end

function request()
    at = at % #requests + 1
    return requests[at]
end
