-- Shared by the scripts: arguments, ids in an order of each thread's own, headers that vary.
-- Arguments after `--`: names with values, "count=20000 key=... prefix=/f/".
common = {}

function common.arguments(args)
    local out = {}
    for _, arg in ipairs(args) do
        local name, value = arg:match("^(%w+)=(.*)$")
        if name then out[name] = value end
    end
    return out
end

local threads = 0
function setup(thread)
    threads = threads + 1
    thread:set("number", threads)
end

-- 1..count in an order that depends on the thread.
function common.shuffled(count, number)
    math.randomseed(20210814 + number)
    local ids = {}
    for i = 1, count do ids[i] = i end
    for i = count, 2, -1 do
        local j = math.random(i)
        ids[i], ids[j] = ids[j], ids[i]
    end
    return ids
end

-- What one client's head may look like; different for each i.
local agents = { "town-office/2.1", "Mozilla/5.0 (X11; Linux x86_64)", "curl/7.88.1", "logger/0.9 (LoRa)" }
-- `use`: {purpose=, ground=} of a use of personal data, where there are any.
function common.headers(i, key, use)
    local headers = {
        ["User-Agent"] = agents[i % #agents + 1],
        ["X-Request-Id"] = string.format("%08x-%04d", i * 2654435 % 4294967296, i % 10000),
        ["Accept"] = (i % 3 == 0) and "application/json" or "*/*",
    }
    if key and key ~= "" then headers["Authorization"] = "Bearer " .. key end
    if use and use.purpose then
        headers["Musubi-Purpose"] = use.purpose
        headers["Musubi-Ground"] = use.ground
    end
    if i % 5 == 0 then headers["Accept-Language"] = "ja,en;q=0.5" end
    return headers
end

return common
