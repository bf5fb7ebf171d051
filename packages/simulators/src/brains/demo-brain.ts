import type { Brain, ConversationView, Scenario } from "../scenario.ts";

/** A shell tool is enough to show a call; these are the names that coding agents give to it. */
const SHELL_TOOLS = ["Bash", "bash", "shell", "run_command"];

/**
 * Answers people who try the mesh without any credential: says that no model is at work and how to get one, and shows
 * a tool call to whoever asks for it.
 */
export const demoBrain: Brain = (view) => {
  if (view.tools.length === 0 && view.lastUserText.length > 2_000) return say("Simulated session");
  if (!/\b(demo|tool|tools|command|shell)\b/i.test(view.lastUserText)) return say(introduce(view));
  const shell = SHELL_TOOLS.find((name) => view.tools.includes(name));
  if (shell === undefined)
    return say(`This client offers no shell tool that a demonstration could call. ${introduce(view)}`);
  return view.toolResults.length === 0 ? callShell(shell) : say(report(view));
};

function say(text: string): Scenario {
  return { blocks: [{ type: "text", text }] };
}

function introduce(view: ConversationView): string {
  const quoted = view.lastUserText === "" ? "" : ` You wrote: "${shorten(view.lastUserText)}".`;
  return (
    `This is a simulation: the request for ${view.model} went through the whole mesh, but no model was asked.${quoted} ` +
    "Set the credential of a provider (for example ANTHROPIC_UPSTREAM_API_KEY or OPENAI_API_KEY), start again, and the same " +
    'address answers with real models. Say "show me a tool call" to see one.'
  );
}

function callShell(name: string): Scenario {
  return {
    blocks: [
      { type: "reasoning", text: "A harmless command shows how a tool call travels." },
      { type: "text", text: "A simulated model can call tools too. I ask your client to print a line." },
      {
        type: "tool_call",
        name,
        input: { command: "echo 'hello through the mesh'", description: "Prints a line for the demonstration" },
      },
    ],
  };
}

function report(view: ConversationView): string {
  const result = view.toolResults.at(-1);
  return result?.isError === true
    ? `Your client did not run the command: ${shorten(result.text)}`
    : `Your client ran the command and sent back: ${shorten(result?.text ?? "")} That was a whole tool call, streamed both ways.`;
}

function shorten(text: string): string {
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}
