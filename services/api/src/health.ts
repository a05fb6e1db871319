import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { loadedReference } from '@jejak/reference'
import { instantOf, type Context } from './context.ts'
import { languageOf, problem } from './problem.ts'
import { problemPages } from './problem-pages.ts'

const answerWithinMs = 1_000

/** What a part answers, or nothing when it fails or takes too long: who asks for health must not wait with the sick. */
function inTime<T>(asked: Promise<T>): Promise<T | undefined> {
  const { promise, resolve } = Promise.withResolvers<undefined>()
  const timer = setTimeout(() => resolve(undefined), answerWithinMs)
  return Promise.race([asked.catch(() => undefined), promise]).finally(() => clearTimeout(timer))
}

/** `/livez`: the process answers. `/readyz`: it can do its work, and what protects the log. `/problems`: what each code means. */
export function registerHealth(app: FastifyInstance, context: Context): void {
  app.get('/livez', { schema: { hide: true } }, () => ({ status: 'live' }))

  app.get('/readyz', { schema: { hide: true } }, async (_request, reply) => {
    const [head, appends, reference, protections, views] = await Promise.all([
      inTime(context.log.head()),
      inTime(context.log.probe().then(() => true)),
      inTime(loadedReference(context.pool)).then((found) => found ?? []),
      inTime(context.protections()).then((found) => found ?? []),
      inTime(context.views.lag()),
    ])
    // What somebody paused on purpose is shown, and does not take the service out of use.
    const behind = views === undefined || views.some((view) => view.failed || (view.ageSeconds > 10 && view.paused === null))
    const ready = head !== undefined && appends === true && reference.length > 0 && !behind
    const body = {
      status: ready ? 'ready' : 'not-ready',
      log: head
        ? { clock: context.log.clock, position: head.position, recordedAt: instantOf(head.recordedAt), appends: appends === true }
        : null,
      reference,
      views: views ?? null,
      protections,
      missingProtections: protections.filter((protection) => !protection.present).map((protection) => protection.name),
    }
    return reply.code(ready ? 200 : 503).send(body)
  })

  const pages = problemPages()
  app.get('/problems', { schema: { hide: true } }, () => ({
    problems: pages.map(({ code, status, guard }) => ({ code, status, guard, page: `/problems/${code}` })),
  }))
  app.get('/problems/:code', { schema: { hide: true, params: z.object({ code: z.string() }) } }, (request, reply) => {
    const { code } = request.params as { code: string }
    const page = pages.find((each) => each.code === code)
    if (!page) throw problem('not-found')
    if (!String(request.headers.accept).includes('text/html')) return reply.send(page)
    return reply.type('text/html; charset=utf-8').send(pageOf(page, languageOf(request.headers['accept-language'])))
  })
}

const escapeHtml = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')

function pageOf(page: ReturnType<typeof problemPages>[number], language: 'id' | 'en'): string {
  const rows = [
    [language === 'id' ? 'Status HTTP' : 'HTTP status', String(page.status)],
    [language === 'id' ? 'Aturan' : 'Guard', page.guard],
    [language === 'id' ? 'Sumber' : 'Source', page.source],
    [language === 'id' ? 'Dipenuhi oleh' : 'Met by', page.metBy?.join(', ')],
  ].filter((row): row is [string, string] => row[1] !== undefined)
  return `<!doctype html><html lang="${language}"><meta charset="utf-8"><title>${page.code}</title>
<h1>${page.code}</h1><p>${escapeHtml(page.title[language])}.</p><p>${escapeHtml(page.why[language])}</p>
<table>${rows.map(([name, value]) => `<tr><th align="left">${name}</th><td>${escapeHtml(value)}</td></tr>`).join('')}</table>
<p><a href="/problems">/problems</a></p></html>`
}
