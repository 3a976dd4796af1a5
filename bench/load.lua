-- SPDX-License-Identifier: Apache-2.0
-- wrk: sends credentials of a file. Environment: BENCH_WORK, a file of lines of one width, the most used ones first; BENCH_DRAW: "even", "zipf"
-- (exponent 1) or "all", one after the other; BENCH_HEADER, the field's name and what stands before the credential ("X-API-Key: ").
-- Prints figures that bench/run.py reads.
local lines, width, count, at
local head, tail, draw

local draws = {
  even = function() return math.random(0, count - 1) end,
  -- P(rank <= k) = ln(k + 1) / ln(count + 1)
  zipf = function() return math.min(math.floor((count + 1) ^ math.random()), count) - 1 end,
  all = function() at = (at + 1) % count; return at end,
}

function init(args)
  local file = assert(io.open(os.getenv("BENCH_WORK"), "rb"))
  lines = file:read("*a")
  file:close()
  width = lines:find("\n", 1, true)
  count = #lines / width
  math.randomseed(tonumber(os.getenv("BENCH_SEED") or "1"))
  at = math.random(0, count - 1)
  draw = draws[os.getenv("BENCH_DRAW")]
  head = "GET " .. wrk.path .. " HTTP/1.1\r\nHost: bench\r\n" .. os.getenv("BENCH_HEADER")
  tail = "\r\n\r\n"
end

function request()
  local start = draw() * width
  return head .. lines:sub(start + 1, start + width - 1) .. tail
end

function done(summary, latency, requests)
  local e = summary.errors
  io.write(string.format("FIGURES %d %d %d %d %d\n", summary.requests, summary.duration,
    latency:percentile(50), latency:percentile(99), e.connect + e.read + e.write + e.status + e.timeout))
end
