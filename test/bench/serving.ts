/** The login that serves in every log of the bench; the cluster trusts local connections. */
export const servingLogin = 'jejak_bench'

/** The same database under the login that serves. */
export function servingUrl(adminUrl: string): string {
  const url = new URL(adminUrl)
  url.username = servingLogin
  return url.href
}
