import type { Reporter, TestModule } from 'vitest/node'

const shown = 10

interface Timed {
  readonly name: string
  /** Milliseconds. */
  readonly duration: number
}

const testsOf = (module: TestModule): Timed[] =>
  [...module.children.allTests()].map((test) => ({
    name: `${module.relativeModuleId} > ${test.fullName}`,
    duration: test.diagnostic()?.duration ?? 0,
  }))

const hooksOf = (module: TestModule, tests: readonly Timed[]): Timed => ({
  name: `${module.relativeModuleId} > before and after its tests`,
  duration: module.diagnostic().duration - tests.reduce((sum, { duration }) => sum + duration, 0),
})

/** Prints the slowest tests at the end of a run, what is prepared for a file's tests among them: where the budget of the suite goes. */
export const slowest: Reporter = {
  onTestRunEnd(modules) {
    const timed = modules.flatMap((module) => {
      const tests = testsOf(module)
      return [...tests, hooksOf(module, tests)]
    })
    const lines = timed
      .toSorted((one, other) => other.duration - one.duration)
      .slice(0, shown)
      .map(({ name, duration }) => `${(duration / 1000).toFixed(1).padStart(7)} s  ${name}`)
    process.stdout.write(`\nSlowest:\n${lines.join('\n')}\n`)
  },
}
