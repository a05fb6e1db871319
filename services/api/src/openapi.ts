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
  ['loan-pools', 'Dana bergulir: modal, kas, kinerja pinjaman, penghentian penyaluran'],
  ['loans', 'Pinjaman KSM dan kartu angsurannya'],
  ['complaints', 'Pengaduan'],
  ['bank-statements', 'Rekening koran, dicocokkan dengan fakta yang menggerakkan uang pada rekening'],
  ['findings', 'Temuan dan pendapat auditor, dengan tindak lanjutnya'],
  ['partnerships', 'Kerja sama pemerintah, penyandang dana, dan pelaksana'],
  ['facilitators', 'Fasilitator: penugasan, kunjungan, pelatihan'],
  ['editions', 'Edisi program: aturan sebagai data'],
  ['areas', 'Wilayah'],
  ['cases', 'Jenis lain yang berjalan pada alur kerjanya sendiri'],
  ['batches', 'Beberapa perintah sekaligus'],
  ['persons', 'Registri orang, di luar log'],
  ['evidence', 'Berkas yang disebut fakta, menurut SHA-256 isinya'],
  ['me', 'Siapa saya dan apa yang menunggu'],
  ['flows', 'Alur: langkah apa sesudah apa, berapa lama, dan apa yang masih terbuka'],
  ['clocks', 'Jam tahap: apa yang macet, sejak kapan, di meja siapa'],
  ['ledger', 'Buku besar: saldo, rekening koran, neraca saldo, aliran dana, dana mengendap, rencana dan realisasi, jurnal'],
  ['deviations', 'Penyimpangan, dengan fakta di baliknya, dan kepatuhan tiap siklus'],
] as const

type Schemas = Record<string, unknown>

const text = { type: 'string' } as const
const commandHeaders = [
  {
    name: 'Idempotency-Key',
    in: 'header',
    required: true,
    schema: text,
    description: 'A structured-field string, one for each decision; the same key again gives the same answer',
  },
  { name: 'If-Match', in: 'header', schema: text, description: 'The ETag that the decision rests on; needed to correct a fact' },
  { name: 'Jejak-Recorded-At', in: 'header', schema: text, description: 'Simulated logs only, role simulator: when it is recorded' },
] as const

interface Operation {
  parameters?: { readonly name: string; readonly in: string }[]
}

/** What is posted here is no command: the same file again is the same without a key. */
const keyless: ReadonlySet<string> = new Set(['/v1/evidence'])

/** Every command takes the same headers; they are checked by hand, so that a missing key has a problem of its own. */
function withHeaders<D extends { paths?: Record<string, { post?: Operation }> }>(document: D): D {
  for (const [path, { post }] of Object.entries(document.paths ?? {}))
    if (post && !keyless.has(path))
      post.parameters = [...(post.parameters ?? []).filter((parameter) => parameter.in !== 'header'), ...commandHeaders]
  return document
}

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
  return withoutSuffix(merged, Object.keys(kept))
}

/** The kind that an id refers to is a word of ours, and OpenAPI wants such words to begin with x-. */
function extension(_name: string, value: unknown): unknown {
  if (value === null || typeof value !== 'object' || !('ref' in value) || typeof value.ref !== 'string') return value
  const { ref, ...rest } = value
  return { ...rest, 'x-ref': ref }
}

/** What only requests hold needs no suffix to tell it from an answer. */
function withoutSuffix(document: { components?: { schemas?: Schemas } }, names: readonly string[]): object {
  const plain = names.filter((name) => name.endsWith('Input') && !names.includes(name.slice(0, -5)))
  let text = JSON.stringify(document)
  for (const name of plain) text = text.replaceAll(`"#/components/schemas/${name}"`, `"#/components/schemas/${name.slice(0, -5)}"`)
  const renamed = JSON.parse(text, extension) as { components?: { schemas?: Schemas } }
  const schemas = renamed.components?.schemas ?? {}
  for (const name of plain) {
    schemas[name.slice(0, -5)] = schemas[name]
    delete schemas[name]
  }
  return renamed
}

/** OpenAPI 3.1 from the schemas that validate, at `/openapi.json`, and Swagger UI at `/docs`. */
export async function registerOpenApi(app: FastifyInstance): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Jejak',
        version: '0.1.0',
        description: [
          'Event-sourced record of the funds and the workflow of community-driven development programmes.',
          'Commands are POST requests with an Idempotency-Key; every answer names the position of its facts in the log.',
        ].join(' '),
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      },
      servers: [{ url: '/', description: 'this server' }],
      tags: tags.map(([name, description]) => ({ name, description })),
      components: { securitySchemes: { bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } } },
    },
    transform: jsonSchemaTransform,
    transformObject: (input) =>
      withHeaders(mergeInputs(jsonSchemaTransformObject(input) as object)) as ReturnType<typeof jsonSchemaTransformObject>,
  })
  await app.register(swaggerUi, {
    routePrefix: '/docs',
    staticCSP: true,
    uiConfig: { docExpansion: 'none', deepLinking: true, persistAuthorization: true },
  })
  app.get('/openapi.json', { schema: { hide: true } }, (_request, reply) => reply.send(app.swagger()))
}
