import { afterAll, vi } from 'vitest'

// Files of a worker share one process, whose modules are loaded once: what a file has set for itself ends with it.
afterAll(() => {
  vi.unstubAllEnvs()
  vi.resetConfig()
})
