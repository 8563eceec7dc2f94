import { App } from 'antd'
import { useCallback } from 'react'

/** Without a secure context the browser has no clipboard API: the text is copied through a hidden field. */
function oldWay (text: string): void {
  const field = document.createElement('textarea')
  field.value = text
  document.body.append(field)
  field.select()
  document.execCommand('copy')
  field.remove()
}

/** Copies a text to the clipboard and shows a message. */
export function useCopy (): (text: string, done: string) => Promise<void> {
  const { message } = App.useApp()
  return useCallback(async (text, done) => {
    if (isSecureContext) await navigator.clipboard.writeText(text)
    else oldWay(text)
    void message.success(done)
  }, [message])
}
