import { App } from 'antd'
import { useCallback } from 'react'
import { useTranslation } from 'react-i18next'
import { ApiError } from '../api/client.ts'
import '../words/guard-words.ts'

/** Turns anything that was thrown into a sentence for the user. */
export function useRefusal (): (error: unknown) => string {
  const { t, i18n } = useTranslation('shell')
  return useCallback((error: unknown) => {
    const code = error instanceof ApiError ? error.code : ''
    const key = `error:${code}`
    // Names the condition that is not met.
    const guard = error instanceof ApiError ? `guard:${String(error.details.guard)}` : ''
    if (guard !== '' && i18n.exists(guard)) return t(guard)
    if (code !== '' && i18n.exists(key)) return t(key, { replace: error instanceof ApiError ? error.details : {} })
    return error instanceof Error ? `${t('failed')}${t('colon')}${error.message}` : t('failed')
  }, [t, i18n])
}

/** Runs an action and shows a message if it is refused; answers whether it succeeded. */
export function useAttempt (): (work: () => Promise<unknown>, done?: string) => Promise<boolean> {
  const { message } = App.useApp()
  const refusal = useRefusal()
  return useCallback(async (work, done) => {
    try {
      await work()
      if (done !== undefined) void message.success(done)
      return true
    } catch (error) {
      void message.error(refusal(error), 6)
      return false
    }
  }, [message, refusal])
}
