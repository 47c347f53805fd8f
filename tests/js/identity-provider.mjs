/**
 * A provider of OpenID Connect for the tests, as a process of its own. Instead of asking, it signs in whoever the header X-Person names,
 * with the factors of X-Amr; "nobody" cancels. Words: port, address to come back to, address after sign-out.
 */
import { createServer } from "node:http";
import process from "node:process";
import { Provider } from "oidc-provider";

const [port, back, out] = process.argv.slice(2);
const client = {
  client_secret: "a-secret-of-the-tests-that-is-long-enough",
  grant_types: ["authorization_code"],
  post_logout_redirect_uris: [out],
  redirect_uris: [back],
  response_types: ["code"],
};
const provider = new Provider(`http://127.0.0.1:${port}`, {
  acrValues: ["two-factors"],
  claims: { acr: null, auth_time: null, iss: null, openid: ["sub", "amr"], profile: ["name"], sid: null },
  clients: [
    { ...client, client_id: "portal" },
    { ...client, client_id: "weak", id_token_signed_response_alg: "HS256" },
  ],
  conformIdTokenClaims: false,
  cookies: { keys: ["for the tests alone"] },
  enabledJWA: { idTokenSigningAlgValues: ["RS256", "HS256"] },
  features: { devInteractions: { enabled: false } },
  findAccount: (_context, id) => ({ accountId: id, claims: () => ({ name: `person ${id}`, sub: id }) }),
  interactions: { url: (_context, interaction) => `/interaction/${interaction.uid}` },
  async loadExistingGrant(context) {
    const grant = new context.oidc.provider.Grant({ accountId: context.oidc.session.accountId, clientId: context.oidc.client.clientId });
    grant.addOIDCScope("openid profile");
    await grant.save();
    return grant;
  },
  pkce: { required: () => true },
});
const answer = provider.callback();

createServer(async (request, response) => {
  if (!request.url.startsWith("/interaction/")) return answer(request, response);
  const person = JSON.parse(`"${request.headers["x-person"]}"`); // escapes stand for what a header cannot carry
  const amr = (request.headers["x-amr"] ?? "pwd").split(",");
  const login = { accountId: person, amr, ...(amr.length > 1 && { acr: "two-factors" }) };
  const done = person === "nobody" ? { error: "access_denied" } : { login };
  return provider.interactionFinished(request, response, done);
}).listen(Number(port), "127.0.0.1");
