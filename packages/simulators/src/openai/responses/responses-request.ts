/** A Responses request as it looks once the schema has passed it. */
export interface ResponsesRequest {
  model: string;
  input?: string | InputItem[];
  instructions?: string | null;
  stream?: boolean | null;
  stream_options?: { include_obfuscation?: boolean } | null;
  store?: boolean | null;
  include?: string[] | null;
  previous_response_id?: string | null;
  reasoning?: { effort?: string | null; summary?: string | null; generate_summary?: string | null } | null;
  tools?: ResponsesTool[];
  tool_choice?: unknown;
  parallel_tool_calls?: boolean | null;
  max_output_tokens?: number | null;
  temperature?: number | null;
  top_p?: number | null;
  text?: { format?: unknown; verbosity?: string | null };
  [field: string]: unknown;
}

export interface ResponsesTool {
  type: string;
  name?: string;
  parameters?: Record<string, unknown> | null;
  strict?: boolean | null;
  [field: string]: unknown;
}

export interface InputItem {
  /** Absent: a message. */
  type?: string | null;
  id?: string | null;
  role?: string;
  content?: string | InputPart[];
  call_id?: string;
  name?: string;
  arguments?: string;
  input?: string;
  output?: string | InputPart[];
  encrypted_content?: string | null;
  summary?: { type: string; text: string }[];
  [field: string]: unknown;
}

export interface InputPart {
  type: string;
  text?: string;
  refusal?: string;
  image_url?: string | null;
  [field: string]: unknown;
}

export function itemsOf(request: ResponsesRequest): readonly InputItem[] {
  const { input } = request;
  if (typeof input === "string") return [{ role: "user", content: input }];
  return input ?? [];
}

export function textOfParts(content: string | InputPart[] | undefined): string {
  if (typeof content === "string") return content;
  return (content ?? []).map((part) => part.text ?? part.refusal ?? "").join("");
}

export const CALL_TYPES: ReadonlySet<string> = new Set(["function_call", "custom_tool_call"]);
export const OUTPUT_TYPES: ReadonlySet<string> = new Set(["function_call_output", "custom_tool_call_output"]);
