import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import type { FastifyInstance } from 'fastify'
import { jsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod'

const tags = [
  ['proposals', 'Usulan KSM, dari rancangan sampai serah terima'],
  ['tranches', 'Tahap pencairan dan penggunaannya'],
  ['allocations', 'Alokasi BDI atau BLM'],
  ['cycles', 'Siklus program di satu kelurahan'],
  ['institutions', 'BKM, KSM, dan lembaga lain, dengan jabatan dan rekeningnya'],
  ['complaints', 'Pengaduan'],
  ['editions', 'Edisi program: aturan sebagai data'],
  ['areas', 'Wilayah'],
  ['cases', 'Jenis lain yang berjalan pada alur kerjanya sendiri'],
  ['batches', 'Beberapa perintah sekaligus'],
  ['persons', 'Registri orang, di luar log'],
  ['me', 'Siapa saya dan apa yang menunggu'],
] as const

type Schemas = Record<string, unknown>

/** Every registered schema comes out twice, as X and XInput; where both are the same, one is enough (SETUP, P9). */
function mergeInputs(document: { components?: { schemas?: Schemas } }): object {
  const schemas = document.components?.schemas ?? {}
  const renamed = (value: unknown): string => JSON.stringify(value).replaceAll(/(#\/components\/schemas\/[A-Za-z0-9_-]+?)Input"/g, '$1"')
  const same = Object.keys(schemas).filter((name) => {
    const plain = name.endsWith('Input') ? name.slice(0, -5) : ''
    return plain in schemas && renamed(schemas[name]) === renamed(schemas[plain])
  })
  let text = JSON.stringify(document)
  for (const name of same) text = text.replaceAll(`"#/components/schemas/${name}"`, `"#/components/schemas/${name.slice(0, -5)}"`)
  const merged = JSON.parse(text) as { components?: { schemas?: Schemas } }
  const kept = merged.components?.schemas ?? {}
  for (const name of same) delete kept[name]
  for (let dropped = true; dropped;) {
    const used = JSON.stringify(merged)
    const unused = Object.keys(kept).filter((name) => !used.includes(`"#/components/schemas/${name}"`))
    for (const name of unused) delete kept[name]
    dropped = unused.length > 0
  }
  return merged
}

/** OpenAPI 3.1 from the schemas that validate, at `/openapi.json`, and Swagger UI at `/docs`. */
export async function registerOpenApi(app: FastifyInstance): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Jejak',
        version: '0.1.0',
        description:
          'Event-sourced record of the funds and the workflow of community-driven development programmes. Commands are POST requests with an Idempotency-Key; every answer names the position of its facts in the log.',
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      },
      servers: [{ url: '/', description: 'this server' }],
      tags: tags.map(([name, description]) => ({ name, description })),
      components: { securitySchemes: { bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } } },
    },
    transform: jsonSchemaTransform,
    transformObject: (input) => mergeInputs(jsonSchemaTransformObject(input) as object) as ReturnType<typeof jsonSchemaTransformObject>,
  })
  await app.register(swaggerUi, {
    routePrefix: '/docs',
    staticCSP: true,
    uiConfig: { docExpansion: 'none', deepLinking: true, persistAuthorization: true },
  })
  app.get('/openapi.json', { schema: { hide: true } }, (_request, reply) => reply.send(app.swagger()))
}
