// A real OpenID Connect provider: `node provider.js PORT KEYS CALLBACK`, KEYS being a file with a private JWK set.

import { readFileSync } from 'node:fs'
import Provider from 'oidc-provider'

const [port, keys, callback] = process.argv.slice(2)
const issuer = `http://127.0.0.1:${port}`
const api = 'urn:sixfold:api'

const people = {
  ada: { name: 'Ada Lovelace', preferred_username: 'ada', groups: ['/imaging/radiologists', '/everybody'] },
  bob: { name: 'Bob', preferred_username: 'bob', groups: ['/everybody'] },
  eve: { name: 'Eve', preferred_username: 'root', email: 'root@hospital.example', groups: ['/imaging/radiologists'] },
}

const provider = new Provider(issuer, {
  jwks: JSON.parse(readFileSync(keys, 'utf8')),
  clients: [
    {
      client_id: 'sixfold',
      client_secret: 'a secret: with % and spaces',
      redirect_uris: [callback],
      post_logout_redirect_uris: [callback.replace('api/session/oidc/callback', '')],
    },
    {
      client_id: 'robot',
      client_secret: 'robot secret',
      grant_types: ['client_credentials'],
      redirect_uris: [],
      response_types: [],
    },
  ],
  claims: { profile: ['name', 'preferred_username', 'groups'] },
  pkce: { required: () => true },
  ttl: { AccessToken: 600, IdToken: 600, AuthorizationCode: 60, Grant: 600, Interaction: 600, Session: 600, ClientCredentials: 600 },
  cookies: { keys: ['a key for the cookies of a test'] },
  features: {
    devInteractions: { enabled: true },
    clientCredentials: { enabled: true },
    resourceIndicators: {
      enabled: true,
      defaultResource: ctx => (ctx.oidc.body?.grant_type === 'client_credentials' ? api : undefined),
      getResourceServerInfo: (ctx, resource) => ({
        scope: 'api',
        audience: resource,
        accessTokenFormat: 'jwt',
        accessTokenTTL: 600,
        jwt: { sign: { alg: 'RS256' } },
      }),
    },
  },
  extraTokenClaims: (ctx, token) => ({
    groups: token.kind === 'ClientCredentials' ? ['/imaging/robots'] : people[token.accountId]?.groups,
  }),
  findAccount: (ctx, id) => people[id] && { accountId: id, claims: () => ({ sub: id, ...people[id] }) },
})

provider.listen(Number(port), '127.0.0.1', () => console.log('listening'))
