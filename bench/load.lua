-- SPDX-License-Identifier: Apache-2.0
-- wrk: sends the credentials of a file in their order. Environment: BENCH_WORK, a file of lines; BENCH_HEADER, the field's name and
-- what stands before the credential ("X-API-Key: "). Prints figures that bench/run.py reads.
local lines, width, count, at
local head, tail

function init(args)
  local file = assert(io.open(os.getenv("BENCH_WORK"), "rb"))
  lines = file:read("*a")
  file:close()
  width = lines:find("\n", 1, true)
  count = #lines / width
  math.randomseed(tonumber(os.getenv("BENCH_SEED") or "1"))
  at = math.random(0, count - 1)
  head = "GET " .. wrk.path .. " HTTP/1.1\r\nHost: bench\r\n" .. os.getenv("BENCH_HEADER")
  tail = "\r\n\r\n"
end

function request()
  at = at + 1
  if at >= count then at = 0 end
  return head .. lines:sub(at * width + 1, at * width + width - 1) .. tail
end

function done(summary, latency, requests)
  local e = summary.errors
  io.write(string.format("FIGURES %d %d %d %d %d\n", summary.requests, summary.duration,
    latency:percentile(50), latency:percentile(99), e.connect + e.read + e.write + e.status + e.timeout))
end
