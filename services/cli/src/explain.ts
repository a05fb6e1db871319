import { problemPages } from '@jejak/api'
import { CommandFailed } from './failure.ts'
import type { Register } from './program.ts'

/** `jejak explain <code>`: what a refusal code means, where it comes from and what would meet it. */
export const registerExplain: Register = (program, terminal) => {
  program
    .command('explain')
    .description('what a refusal code means, and what would meet it')
    .argument('[code]', 'e.g. progress-below-threshold; without it, all codes')
    .option('--json', 'as JSON')
    .action((code: string | undefined, options: { json?: boolean }) => {
      const pages = problemPages()
      if (code === undefined) {
        terminal.out(
          options.json
            ? JSON.stringify(pages)
            : pages.map((page) => `${page.code.padEnd(36)} ${page.status}  ${page.guard ?? ''}`.trimEnd()).join('\n'),
        )
        return
      }
      const page = pages.find((each) => each.code === code)
      if (!page) {
        const near = pages.filter((each) => each.code.includes(code) || code.includes(each.code)).map((each) => each.code)
        throw new CommandFailed(
          `no code ${code}${near.length > 0 ? `; near it: ${near.join(', ')}` : '; explain without a code lists all'}`,
          2,
        )
      }
      if (options.json) {
        terminal.out(JSON.stringify(page))
        return
      }
      const lines = [
        `${page.code} (${page.within ? `in ${page.within}[], ` : ''}HTTP ${page.status})`,
        `  id      ${page.why.id}`,
        `  en      ${page.why.en}`,
        ...(page.guard ? [`  guard   ${page.guard}`] : []),
        ...(page.source ? [`  source  ${page.source}`] : []),
        ...(page.metBy ? [`  met by  ${page.metBy.join(', ')}`] : []),
      ]
      terminal.out(lines.join('\n'))
    })
}
