import path from 'node:path'
import { importsOf } from './code.ts'
import { placeOf, type Finding, type SourceFile } from './files.ts'

/** Packages from the inside out: each may import only those before it (DESIGN §2). Evidence stands last: only services keep files. */
export const order = [
  'domain',
  'reference',
  'transparency',
  'event-store',
  'importing',
  'views',
  'client',
  'demo',
  'simulation',
  'devdb',
  'evidence',
] as const

/** Services that may import another service: `start` runs the API in its own process, `worker` a worker (DESIGN §9). */
export const servicesJoined: Readonly<Record<string, readonly string[]>> = { cli: ['api', 'worker'] }

/** What the pure core may import besides itself. */
export const domainMayImport: ReadonlySet<string> = new Set(['xstate', 'zod'])

const homeOf = (file: string): { kind: string; name: string; isSource: boolean } | undefined => {
  const found = /^(packages|services)\/([^/]+)\/(src\/)?/.exec(file)
  return found?.[1] && found[2] ? { kind: found[1], name: found[2], isSource: found[3] !== undefined } : undefined
}

/** Name of the package that a bare specifier means: `@jejak/api/x` is `@jejak/api`, `zod/v4` is `zod`. */
const packageOf = (specifier: string): string =>
  specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/')

/** Tests may share what only tests use; no package's sources are behind such a path. */
const isTestSupport = (file: string): boolean => /^(?:(?:packages|services)\/[^/]+\/)?test\//.test(file)

function relative(file: SourceFile, specifier: string): string | undefined {
  if (!/\.(ts|json)$/.test(specifier)) return `${specifier} lacks its extension`
  const target = path.posix.join(path.posix.dirname(file.path), specifier)
  const [home, other] = [homeOf(file.path), homeOf(target)]
  if (isTestSupport(file.path) && isTestSupport(target)) return undefined
  if (target.startsWith('..')) return `${specifier} leaves the checkout`
  if (other !== undefined && (home?.kind !== other.kind || home.name !== other.name))
    return `${specifier} reaches into ${other.kind}/${other.name}`
  if (home !== undefined && other === undefined) return `${specifier} leaves ${home.kind}/${home.name}`
  return undefined
}

function ours(file: SourceFile, name: string, services: ReadonlySet<string>): string | undefined {
  const home = homeOf(file.path)
  if (home === undefined || !home.isSource || name === home.name) return undefined
  const own = order.findIndex((each) => each === home.name)
  const other = order.findIndex((each) => each === name)
  if (home.kind === 'packages' && own < 0) return `packages/${home.name} has no place in the order of packages`
  if (services.has(name))
    return home.kind === 'services' && servicesJoined[home.name]?.includes(name)
      ? undefined
      : `${home.name} must not import service ${name}`
  if (other < 0) return `@jejak/${name} has no place in the order of packages`
  return home.kind === 'packages' && other > own ? `${home.name} comes before ${name}` : undefined
}

function bare(
  file: SourceFile,
  specifier: string,
  services: ReadonlySet<string>,
  listed: ReadonlySet<string> | undefined,
): string | undefined {
  const name = packageOf(specifier)
  const home = homeOf(file.path)
  const isDomain = file.path.startsWith('packages/domain/src/')
  if (specifier.startsWith('node:')) return isDomain ? `the domain imports ${specifier}` : undefined
  if (isDomain && !domainMayImport.has(name)) return `the domain imports ${specifier}`
  if (name.startsWith('@jejak/') && name !== specifier) return `${specifier} is the inside of ${name}`
  const wrong = name.startsWith('@jejak/') ? ours(file, name.slice('@jejak/'.length), services) : undefined
  if (wrong !== undefined) return wrong
  if (home?.isSource && listed !== undefined && !listed.has(name))
    return `${name} is not among the dependencies of ${home.kind}/${home.name}`
  return undefined
}

/** Imports that point the wrong way, reach into another package, lack their extension, or are not in the package's own list. */
export function wrongImports(files: readonly SourceFile[]): Finding[] {
  const manifests = new Map(
    files.filter((file) => file.path.endsWith('/package.json')).map((file) => [path.posix.dirname(file.path), file]),
  )
  const services = new Set([...manifests.keys()].filter((home) => home.startsWith('services/')).map((home) => path.posix.basename(home)))
  const listed = new Map(
    [...manifests].map(([home, { text }]) => {
      const { name, dependencies = {} } = JSON.parse(text) as { name: string; dependencies?: Record<string, string> }
      return [home, new Set([name, ...Object.keys(dependencies)])]
    }),
  )
  return files
    .filter((file) => file.path.endsWith('.ts'))
    .flatMap((file) =>
      importsOf(file.text).flatMap(({ specifier, at }) => {
        const home = file.path.split('/').slice(0, 2).join('/')
        const detail = specifier.startsWith('.') ? relative(file, specifier) : bare(file, specifier, services, listed.get(home))
        return detail === undefined ? [] : [{ place: placeOf(file, at), rule: 'import', detail }]
      }),
    )
}
