import { describe, expect, test } from 'vitest'
import { domain, eventTypes, isCorrection, shippedEditions, Workflow } from '@jejak/domain'
import { wrongImports } from './tidy/arrows.ts'
import { checkoutDir, filesBelow, type Finding, type SourceFile } from './tidy/files.ts'
import { keysAstray, keysIn, type KeysOf } from './tidy/keys.ts'
import * as texts from './tidy/texts.ts'

/** The house rules of STYLE.md, on the checkout as it stands. Each finding is `file:line  rule  what`. */
const files = filesBelow(checkoutDir)
const told = (findings: readonly Finding[]): string[] => findings.map(({ place, rule, detail }) => `${place}  ${rule}  ${detail}`)

/** Sources that are allowed to be longer, each with its reason. None is. */
const longFiles: ReadonlySet<string> = new Set()

/**
 * Event types that no workflow of ours names: kinds that no slice knows bring their own workflow, in the edition of another house
 * (CONTRACTS A3), and what corrects a fact is no step of anything (CONTRACTS E4).
 */
const typesOfOthers: ReadonlySet<string> = new Set([
  'tranche.EditionChanged',
  'proposal.EditionChanged',
  'case.Opened',
  'case.EditionChanged',
  'case.StepRecorded',
  ...[...eventTypes.keys()].filter(isCorrection),
])

const rules: Readonly<Record<string, (files: readonly SourceFile[]) => Finding[]>> = {
  'imports follow the arrows, by name and with extension, and are listed': wrongImports,
  'the domain is pure': texts.impurities,
  'a slice has its four files': texts.slicesIncomplete,
  'lines have at most 140 characters': texts.linesTooLong,
  'sources have fewer than 300 lines': (all) => texts.filesTooLong(all, longFiles),
  'no work is left undone': texts.unfinishedWork,
  'exports have names': texts.defaultExports,
  'sources do not write to the console': texts.consoleUses,
  'every table says what it holds': texts.tablesUntold,
  'dependencies are pinned': texts.versionsLoose,
  'no path of one machine is written down': texts.machinePaths,
  'no package registry is named': texts.registryHosts,
  'the papers of the checkout are there': texts.papersMissing,
}

describe('the checkout', () => {
  test('is seen whole', () => {
    const paths = files.map((file) => file.path)
    for (const seen of [
      'package.json',
      'packages/domain/src/index.ts',
      'services/api/src/app.ts',
      'packages/event-store/src/sql/0001_log.sql',
      '.ci/run',
    ])
      expect(paths).toContain(seen)
    expect(paths.filter((each) => /node_modules|^\.jejak|^\.git\//.test(each))).toEqual([])
  })

  test.each(Object.entries(rules))('%s', (_, check) => {
    expect(told(check(files))).toEqual([])
  })

  test('keys of machines are keys of schemas, and every event type is named', () => {
    const shipped = shippedEditions.flatMap((edition) =>
      Object.keys(edition.workflows).map((kind): KeysOf => ({
        workflow: `${edition.id} ${kind}`,
        keys: keysIn(domain.workflow(kind, edition)?.workflow),
      })),
    )
    const builtIn = [...domain.slices.keys()].map((kind): KeysOf => ({
      workflow: `built-in ${kind}`,
      keys: keysIn(domain.workflow(kind, undefined)?.workflow),
    }))
    expect(shipped.length).toBeGreaterThan(10)
    for (const { workflow, keys } of shipped) expect({ workflow, keys: [...keys].length }).not.toEqual({ workflow, keys: 0 })
    expect(told(keysAstray([...shipped, ...builtIn], eventTypes, typesOfOthers))).toEqual([])
    // An exception that is no longer needed is taken out of the list.
    const unnamed = keysAstray([...shipped, ...builtIn], eventTypes).map(({ place }) => place)
    expect(unnamed.toSorted()).toEqual([...typesOfOthers].toSorted())
  })
})

/** No false comfort: each rule is shown a checkout in which it is broken, and one beside it in which it is not. */
/** A text that must not stand in this file itself. */
const glued = (...parts: readonly string[]): string => parts.join('')
const at = (path: string, text: string): SourceFile => ({ path, text })
const manifest = (path: string, name: string, dependencies: Record<string, string> = {}) =>
  at(`${path}/package.json`, JSON.stringify({ name, dependencies }))
const workspace = [
  manifest('packages/domain', '@jejak/domain', { zod: '4.0.0' }),
  manifest('packages/event-store', '@jejak/event-store', {
    '@jejak/domain': 'workspace:*',
    '@jejak/views': 'workspace:*',
    '@jejak/api': 'workspace:*',
  }),
  manifest('packages/views', '@jejak/views', { '@jejak/event-store': 'workspace:*', '@jejak/domain': 'workspace:*' }),
  manifest('packages/newcomer', '@jejak/newcomer', { '@jejak/domain': 'workspace:*' }),
  manifest('services/api', '@jejak/api', { '@jejak/views': 'workspace:*', '@jejak/worker': 'workspace:*' }),
  manifest('services/cli', '@jejak/cli', { '@jejak/api': 'workspace:*' }),
  manifest('services/worker', '@jejak/worker'),
]

describe('a planted violation is found', () => {
  test.each([
    ['packages/event-store/src/a.ts', `import { x } from '@jejak/views'`, 'event-store comes before views'],
    ['packages/event-store/src/a.ts', `import type { X } from '@jejak/api'`, 'event-store must not import service api'],
    ['packages/views/src/a.ts', `export * from '@jejak/domain/src/index.ts'`, '@jejak/domain/src/index.ts is the inside of @jejak/domain'],
    ['packages/views/src/a.ts', `import '@jejak/nobody'`, '@jejak/nobody has no place in the order of packages'],
    ['packages/newcomer/src/a.ts', `import '@jejak/domain'`, 'packages/newcomer has no place in the order of packages'],
    [
      'packages/views/src/a.ts',
      `const x = await import('../../domain/src/index.ts')`,
      '../../domain/src/index.ts reaches into packages/domain',
    ],
    ['packages/views/src/a.ts', `import { x } from '../test/support/x.ts'\nimport y from './y'`, './y lacks its extension'],
    [
      'packages/views/src/a.ts',
      `import {\n  x, // from nowhere\n} from 'kysely'`,
      'kysely is not among the dependencies of packages/views',
    ],
    [
      'packages/views/test/a.ts',
      `import { x } from '../../domain/src/kernel/x.ts'`,
      '../../domain/src/kernel/x.ts reaches into packages/domain',
    ],
    ['packages/views/src/a.ts', `import { x } from '../../../test/x.ts'`, '../../../test/x.ts leaves packages/views'],
    ['packages/domain/src/a.ts', `import { hash } from 'node:crypto'`, 'the domain imports node:crypto'],
    ['packages/domain/src/a.ts', `import { DateTime } from 'luxon'`, 'the domain imports luxon'],
    ['packages/domain/src/a.ts', `import { x } from '@jejak/event-store'`, 'the domain imports @jejak/event-store'],
    ['services/api/src/a.ts', `import { x } from '@jejak/worker'`, 'api must not import service worker'],
    ['test/a.ts', `import { x } from '../services/api/src/x.ts'`, '../services/api/src/x.ts reaches into services/api'],
    ['test/a.ts', `import { x } from '../../elsewhere/x.ts'`, '../../elsewhere/x.ts leaves the checkout'],
  ])('import in %s: %s', (path, text, detail) => {
    expect(wrongImports([...workspace, at(path, text)]).map((finding) => finding.detail)).toEqual([detail])
  })

  test.each([
    [
      'packages/views/src/a.ts',
      `import { x } from '@jejak/domain'\nimport { y } from './y.ts'\nimport z from './z.json' with { type: 'json' }`,
    ],
    [
      'packages/views/src/a.ts',
      `// import { x } from '@jejak/api'\nconst text = "import x from '@jejak/api'"\nconst other = \`import '@jejak/api'\``,
    ],
    ['packages/views/test/a.ts', `import { x } from '../../event-store/test/database.ts'\nimport { y } from '@jejak/api'`],
    ['services/cli/src/a.ts', `import { x } from '@jejak/api'\nimport path from 'node:path'`],
    ['packages/domain/src/a.ts', `import { z } from 'zod'`],
  ])('no false alarm of imports in %s: %s', (path, text) => {
    expect(told(wrongImports([...workspace, at(path, text)]))).toEqual([])
  })

  test.each([
    'Date.now()',
    'Date . now ()',
    'new Date()',
    'new Date( )',
    'new Date',
    'Date()',
    'Temporal.Now.instant()',
    'Math.random()',
    'crypto.randomUUID()',
    'process.env',
    'fetch(url)',
    'setTimeout(f, 1)',
    'console.warn(1)',
    'globalThis.x',
    'performance.now()',
    '`${Date.now()}`',
    '{ at: Math.random() }',
    'queueMicrotask(f)',
  ])('purity: %s', (expression) => {
    const findings = texts.impurities([at('packages/domain/src/kernel/a.ts', `const one = 1\nconst x = ${expression}\n`)])
    expect(findings.map(({ place }) => place)).toEqual(['packages/domain/src/kernel/a.ts:2'])
    expect(texts.impurities([at('packages/views/src/a.ts', `const x = ${expression}`)])).toEqual([])
  })

  test.each([
    'new Date(2018)',
    'new Date(Date.UTC(2018, 0, 1))',
    `'Date.now()'`,
    '// Math.random()',
    '/* fetch */ 1',
    '/Math.random()/.test(x)',
    'x.process',
    '{ process: 1 }',
    '`the process ${name} of fetch`',
    'Math.round(1)',
    'PlainDate.parse(x)',
    'processes',
  ])('no false alarm of purity: %s', (expression) => {
    expect(told(texts.impurities([at('packages/domain/src/a.ts', `const x = ${expression}\n`)]))).toEqual([])
  })

  test('a slice that lacks a file', () => {
    const slice = ['events', 'commands', 'machine'].map((name) => at(`packages/domain/src/loan/${name}.ts`, ''))
    const kernel = at('packages/domain/src/kernel/rule.ts', '')
    expect(told(texts.slicesIncomplete([...slice, kernel]))).toEqual([
      'packages/domain/src/loan  four-files  packages/domain/src/loan/decider.ts is missing',
    ])
    expect(texts.slicesIncomplete([...slice, kernel, at('packages/domain/src/loan/decider.ts', '')])).toEqual([])
  })

  test('length of lines, in characters, and of files', () => {
    const lines = (count: number) => Array.from({ length: count }, () => 'x').join('\n')
    const wide = (path: string, width: number) => at(path, `first\n${'é'.repeat(width)}\n`)
    expect(texts.linesTooLong([wide('a.ts', 140), wide('a.md', 500), wide('pnpm-lock.yaml', 500)])).toEqual([])
    expect(texts.linesTooLong([wide('a.ts', 141), wide('b.sql', 141)]).map(({ place }) => place)).toEqual(['a.ts:2', 'b.sql:2'])
    const [long, short, test] = [
      at('packages/x/src/a.ts', lines(300)),
      at('packages/x/src/b.ts', lines(299)),
      at('packages/x/test/c.ts', lines(900)),
    ]
    expect(told(texts.filesTooLong([long, short, test]))).toEqual(['packages/x/src/a.ts  file-length  300 lines'])
    expect(texts.filesTooLong([long], new Set([long.path]))).toEqual([])
  })

  test('texts that must not be there, and papers that must', () => {
    const place = (findings: readonly Finding[]) => findings.map((finding) => finding.place)
    expect(place(texts.unfinishedWork([at('a.md', `one\n${glued('TO', 'DO')}: two`), at('b.ts', 'const toDo = mastodon')]))).toEqual([
      'a.md:2',
    ])
    const exporting = [at('a.ts', 'export default 1'), at('b.ts', 'export { x as default }'), at('vitest.config.ts', 'export default {}')]
    expect(place(texts.defaultExports([...exporting, at('c.ts', `// export default\nexport const x = 'export default'`)]))).toEqual([
      'a.ts:1',
      'b.ts:1',
    ])
    const speaking = [
      at('services/x/src/a.ts', 'x\nconsole.log(1)'),
      at('services/x/test/a.ts', 'console.log(1)'),
      at('services/x/src/b.ts', '// console.log(1)'),
    ]
    expect(place(texts.consoleUses(speaking))).toEqual(['services/x/src/a.ts:2'])
    const paths = [`see ${glued('/wo', 'rk')}/main`, `'${glued('/ro', 'ot')}'`, `(${glued('/tm', 'p')}/x)`, `${glued('/ho', 'me')}/ani/x`]
    expect(place(texts.machinePaths(paths.map((text, index) => at(`${index}.md`, text))))).toHaveLength(4)
    expect(texts.machinePaths([at('a.ts', `const x = 'v1/works' + "/workers" + '/v1/temp' + "a/root/b" // ~/root, /rooted`)])).toEqual([])
    const hosts = [
      `https://${glued('registry.npm', 'js')}.org/zod`,
      `see www.${glued('npm', 'js')}.com/package`,
      `${glued('_auth', 'Token')}=x`,
    ]
    expect(place(texts.registryHosts(hosts.map((text, index) => at(`${index}.md`, text))))).toEqual(['0.md:1', '1.md:1', '2.md:1'])
    expect(texts.registryHosts([at('a.sql', 'comment on column registry.persons.sealed'), at('b.ts', 'registry.persons')])).toEqual([])
    expect(place(texts.registryHosts([at('pnpm-lock.yaml', 'tarball: https://mirror.example/zod.tgz')]))).toEqual(['pnpm-lock.yaml:1'])
    expect(place(texts.papersMissing([at('README.md', 'x'), at('LICENSE', ' '), at('CHANGELOG.md', 'x')]))).toEqual([
      'CONTRIBUTING.md',
      'LICENSE',
    ])
  })

  test('tables without a comment', () => {
    const first = `create table a.told (x int);\ncomment on table a.told is 'What it holds.';\n`
    const sql = `${first}-- create table a.never (x int)\ncreate table if not exists a.untold (x int);`
    expect(told(texts.tablesUntold([at('x.sql', sql)]))).toEqual(['x.sql:4  table-comment  a.untold'])
    expect(texts.tablesUntold([at('x.sql', sql), at('y.sql', `comment on table a.untold is 'Now it is.'`)])).toEqual([])
    expect(texts.tablesUntold([at('x.sql', `create table b (x int); comment on table b is ''`)])).toHaveLength(1)
  })

  test('versions that are not exact', () => {
    const dependencies = {
      a: '^1.0.0',
      b: '~1.0.0',
      c: 'latest',
      d: '1.x',
      e: '1.2.3',
      f: '18.4.0-beta.17',
      g: 'workspace:*',
      h: 'workspace:^',
    }
    expect(texts.versionsLoose([manifest('packages/x', 'x', dependencies)]).map(({ detail }) => detail)).toEqual([
      'a ^1.0.0',
      'b ~1.0.0',
      'c latest',
      'd 1.x',
      'h workspace:^',
    ])
  })

  test('keys are collected from every corner of a workflow', () => {
    const { data: workflow } = Workflow.safeParse({
      initial: 'a',
      opens: { 'x.Opened': {} },
      stages: { a: { on: { 'x.On': 'b' }, stages: { c: { own: { 'x.Own': {} } } } }, b: {} },
      facts: { 'x.Fact': {} },
      suspends: ['x.Suspended'],
      resumes: ['x.Resumed'],
    })
    expect(keysIn(workflow)).toEqual(['x.Opened', 'x.Fact', 'x.Suspended', 'x.Resumed', 'x.On', 'x.Own'])
    expect(keysIn(undefined)).toEqual([])
  })

  test('keys of machines that no schema knows, and types that no machine knows', () => {
    const known = [...eventTypes.keys()]
    const misspelt = [
      'tranche.Credted',
      'tranche.InstalmentPaid:complete',
      'tranche.InstalmentPaid:completing',
      'tranche.StepRecorded:VF-10:recommended',
    ]
    const findings = keysAstray([{ workflow: 'planted', keys: [...known.slice(1), ...misspelt] }], eventTypes)
    expect(told(findings)).toEqual([
      'planted  machine-keys  tranche.Credted: no event type tranche.Credted',
      'planted  machine-keys  tranche.InstalmentPaid:complete: the data of tranche.InstalmentPaid knows no outcome complete',
      `${known[0]}  machine-keys  no workflow names it`,
    ])
    expect(keysAstray([{ workflow: 'planted', keys: known.slice(1) }], eventTypes, new Set(known.slice(0, 1)))).toEqual([])
  })
})
