/**
 * Messages of role "system" are taken from Claude 4.8 on and answered with 400 "role 'system' is not
 * supported on this model" by older ones (platform.claude.com/docs/en/build-with-claude/mid-conversation-system-messages).
 */
export function takesSystemMessages(canonical: string): boolean {
  const version = /^claude-[a-z]+-(\d+)(?:-(\d{1,2}))?(?:\D|$)/.exec(canonical);
  if (version === null) return true;
  const major = Number(version[1]);
  return major > 4 || (major === 4 && Number(version[2] ?? 0) >= 8);
}
