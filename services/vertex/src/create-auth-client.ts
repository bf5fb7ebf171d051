import { readFile } from "node:fs/promises";

import type * as GoogleAuthLibrary from "google-auth-library";
import type { AuthClient, OAuth2ClientOptions } from "google-auth-library";
import { z } from "zod";

/** The kinds of credential file that Google issues (cloud.google.com/docs/authentication/application-default-credentials). */
const CREDENTIAL_FILE = z.discriminatedUnion("type", [
  z.looseObject({
    type: z.literal("service_account"),
    client_email: z.string(),
    private_key: z.string(),
    private_key_id: z.string().optional(),
    quota_project_id: z.string().optional(),
  }),
  z.looseObject({
    type: z.literal("authorized_user"),
    client_id: z.string(),
    client_secret: z.string(),
    refresh_token: z.string(),
    quota_project_id: z.string().optional(),
  }),
  z.looseObject({
    type: z.literal("external_account"),
    audience: z.string(),
    subject_token_type: z.string(),
    token_url: z.string(),
    credential_source: z.looseObject({}),
  }),
  z.looseObject({
    type: z.literal("impersonated_service_account"),
    service_account_impersonation_url: z.string(),
    source_credentials: z.looseObject({}),
    delegates: z.array(z.string()).optional(),
    quota_project_id: z.string().optional(),
  }),
]);

type CredentialFile = z.infer<typeof CREDENTIAL_FILE>;
type Library = typeof GoogleAuthLibrary;

export interface AuthClientContext {
  library: Library;
  scope: string;
  options: OAuth2ClientOptions;
}

/**
 * The client for a credential file, by the constructor of its kind: the library warns against handing it
 * whatever a file holds.
 *
 * @throws Error for a file that cannot be read (with its code) or is of no known kind
 */
export async function createAuthClientFromFile(file: string, context: AuthClientContext): Promise<AuthClient> {
  return createAuthClient(parseCredentials(JSON.parse(await readFile(file, "utf8"))), context);
}

function createAuthClient(credentials: CredentialFile, context: AuthClientContext): AuthClient {
  const { library, scope } = context;
  const options = withQuotaProject(credentials, context.options);
  switch (credentials.type) {
    case "service_account":
      return new library.JWT({
        ...options,
        email: credentials.client_email,
        key: credentials.private_key,
        ...(credentials.private_key_id === undefined ? {} : { keyId: credentials.private_key_id }),
        scopes: [scope],
      });
    case "authorized_user":
      return new library.UserRefreshClient({
        ...options,
        clientId: credentials.client_id,
        clientSecret: credentials.client_secret,
        refreshToken: credentials.refresh_token,
      });
    case "external_account":
      return createExternalClient(credentials, { ...context, options });
    default:
      return new library.Impersonated({
        ...options,
        sourceClient: createAuthClient(parseCredentials(credentials.source_credentials), context),
        targetPrincipal: readPrincipal(credentials.service_account_impersonation_url),
        targetScopes: [scope],
        delegates: credentials.delegates ?? [],
        endpoint: new URL(credentials.service_account_impersonation_url).origin,
      });
  }
}

function createExternalClient(
  credentials: Extract<CredentialFile, { type: "external_account" }>,
  { library, scope, options }: AuthClientContext,
): AuthClient {
  const client = library.ExternalAccountClient.fromJSON({ ...options, ...credentials });
  if (client === null) throw new Error("The external account file names no source of its token");
  client.scopes = [scope];
  return client;
}

function withQuotaProject(credentials: CredentialFile, options: OAuth2ClientOptions): OAuth2ClientOptions {
  const { quota_project_id: quotaProjectId } = credentials;
  return typeof quotaProjectId === "string" ? { ...options, quotaProjectId } : options;
}

function parseCredentials(json: unknown): CredentialFile {
  const parsed = CREDENTIAL_FILE.safeParse(json);
  if (parsed.success) return parsed.data;
  const where = parsed.error.issues.map(({ path }) => path.join(".")).join(", ");
  throw new Error(`The file is no Google credential file (look at ${where === "" ? "its form" : where})`);
}

function readPrincipal(url: string): string {
  const principal = /([^/]+):generateAccessToken$/.exec(url)?.[1];
  if (principal === undefined) throw new Error("service_account_impersonation_url names no service account");
  return principal;
}
