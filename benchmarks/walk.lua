-- For wrk: asks for the targets in a file, one after the other, and prints the figures as JSON.

function init(args)
   local targets = {}
   for line in io.lines(args[1]) do targets[#targets + 1] = line end
   if #targets == 1 then
      wrk.path = targets[1]
      return
   end
   local requests, turn = {}, 0
   for number, target in ipairs(targets) do requests[number] = wrk.format("GET", target) end
   function request()
      turn = turn % #requests + 1
      return requests[turn]
   end
end

function done(summary, latency)
   local e = summary.errors
   io.write(string.format(
      '{"requests": %d, "seconds": %f, "p50": %f, "p99": %f, "failures": %d, "refusals": %d}\n',
      summary.requests, summary.duration / 1e6, latency:percentile(50) / 1e3,
      latency:percentile(99) / 1e3, e.connect + e.read + e.write + e.timeout, e.status))
end
