-- use: keys, targets
-- As an operator or a check sees it. ARGV: target, "open" or "closed".
local now = clock()
local target = load_target(ARGV[1])
if ARGV[2] == "open" then
  open_breaker(target, target.c or DEFAULT_RECOVERY_MS, now)
else
  close_breaker(target)
end
save_target(ARGV[1], target, now)
return 1
