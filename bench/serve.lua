-- Requests for bench/serve.sh: arguments are a file of logins as JSON, one a line, and how many go into a request.
local bodies = {}
local at = 0

function init(arguments)
  local file, batch = arguments[1], tonumber(arguments[2])
  local logins = {}
  for line in io.lines(file) do
    logins[#logins + 1] = line
    if #logins == batch then
      bodies[#bodies + 1] = batch == 1 and logins[1] or "[" .. table.concat(logins, ",") .. "]"
      logins = {}
    end
  end
  wrk.method = "POST"
  wrk.headers["Content-Type"] = "application/json"
  math.randomseed(os.time())
  at = math.random(#bodies)
end

function request()
  at = at % #bodies + 1
  return wrk.format(nil, nil, nil, bodies[at])
end

function done(summary, latency)
  local seconds = summary.duration / 1e6
  local errors = summary.errors
  print(string.format("RESULT %d %.3f %.3f %.3f %.3f %d", summary.requests, seconds, latency:percentile(50) / 1e3,
    latency:percentile(99) / 1e3, latency:percentile(99.9) / 1e3,
    errors.connect + errors.read + errors.write + errors.status + errors.timeout))
end
