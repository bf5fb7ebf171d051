-- One target: n failures in a row, o open until (absent: closed), p id of the probe's reservation, q end of its turn,
-- x end of the turn at the latest, c recovery time in ms, m last touched; averages {mean, weight, moment}: g first
-- token, j output rate, h output tokens of whole answers, i their squares; s minutes, y successes and z failures in each.
local AVERAGE_WINDOW_MS, FADE_MS = 600000, 150000
local MINUTES = 10
local DEFAULT_RECOVERY_MS = 60000

local function load_target(name)
  return read(TARGETS, name) or { n = 0, s = {}, y = {}, z = {} }
end

local function save_target(name, target, now)
  target.m = now
  write(TARGETS, name, target)
end

local function close_breaker(target)
  target.n, target.o, target.p, target.q, target.x = 0, nil, nil, nil, nil
end

local function open_breaker(target, recovery, now)
  target.o, target.c, target.p, target.q, target.x = now + recovery, recovery, nil, nil, nil
end

local function free_probe(target, id)
  if target.p ~= id then return false end
  target.p, target.q, target.x = nil, nil, nil
  return true
end

-- nil: passes as it is; 0: passes as the probe; else the moment to ask again.
local function breaker_gate(target, now)
  if not target.o then return nil end
  if now < target.o then return target.o end
  if target.p and now < target.q then return target.q end
  return 0
end

local function count_outcome(target, attempt, now)
  local outcome = attempt.outcome
  if not target.o then
    if outcome == "success" then close_breaker(target) end
    if outcome ~= "failure" then return end
    target.n, target.c = target.n + 1, attempt.recovery
    if target.n >= attempt.threshold then open_breaker(target, attempt.recovery, now) end
    return
  end
  -- What began before it opened is no news about it.
  if not attempt.probe then return end
  if outcome == "success" then
    close_breaker(target)
  elseif outcome == "neutral" then
    free_probe(target, attempt.id)
  elseif target.p == attempt.id or (target.q or 0) <= now then
    target.n = target.n + 1
    open_breaker(target, attempt.recovery, now)
  end
end

local function count_minute(target, outcome, now)
  if outcome == "neutral" then return end
  local minute, last = math.floor(now / 60000), #target.s
  if target.s[last] ~= minute then
    last = last + 1
    target.s[last], target.y[last], target.z[last] = minute, 0, 0
    while target.s[1] <= minute - MINUTES do
      table.remove(target.s, 1)
      table.remove(target.y, 1)
      table.remove(target.z, 1)
      last = last - 1
    end
  end
  local counts = outcome == "success" and target.y or target.z
  counts[last] = counts[last] + 1
end

local function average(before, sample, now)
  if not sample then return before end
  if not before or now - before[3] >= AVERAGE_WINDOW_MS then return { sample, 1, now } end
  local weight = before[2] * math.exp(-math.max(0, now - before[3]) / FADE_MS) + 1
  return { before[1] + (sample - before[1]) / weight, weight, math.max(now, before[3]) }
end
