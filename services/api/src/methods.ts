import type { FastifyInstance, FastifyRequest } from 'fastify'

/** Tells which methods an address knows: collected as the routes are registered, before any of them. */
export function collectMethods(app: FastifyInstance): (request: FastifyRequest) => string[] {
  const routes = new Map<string, { readonly pattern: RegExp; readonly methods: Set<string> }>()
  app.addHook('onRoute', ({ url, method }) => {
    const pattern = new RegExp(`^${url.replaceAll(/[.+?^$()|[\]{}\\]/g, String.raw`\$&`).replaceAll(/:[A-Za-z]+|\*/g, '[^/]+')}$`)
    const route = routes.get(url) ?? { pattern, methods: new Set<string>() }
    for (const each of [method].flat()) route.methods.add(each)
    routes.set(url, route)
  })
  return (request) => {
    const [path = ''] = request.url.split('?')
    const known = [...routes.values()].filter(({ pattern }) => pattern.test(path)).flatMap(({ methods }) => [...methods])
    return [...new Set(known)].sort()
  }
}
