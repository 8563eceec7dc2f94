import { App } from 'antd'
import { useCallback } from 'react'

/** Where the page is not served securely the browser gives no clipboard: the old way, through a field nobody sees. */
function oldWay (text: string): void {
  const field = document.createElement('textarea')
  field.value = text
  document.body.append(field)
  field.select()
  document.execCommand('copy')
  field.remove()
}

/** Puts a text on the clipboard and says so. */
export function useCopy (): (text: string, done: string) => Promise<void> {
  const { message } = App.useApp()
  return useCallback(async (text, done) => {
    if (isSecureContext) await navigator.clipboard.writeText(text)
    else oldWay(text)
    void message.success(done)
  }, [message])
}
