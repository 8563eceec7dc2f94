import { ConfigProvider } from 'antd'
import enUS from 'antd/locale/en_US'
import zhCN from 'antd/locale/zh_CN'
import { StrictMode, type ReactNode } from 'react'
import { createRoot } from 'react-dom/client'
import { useTranslation } from 'react-i18next'
import { BrowserRouter } from 'react-router'
import { SessionProvider } from './api/session.tsx'
import { focusFirstField } from './shell/dialogue-focus.ts'
import { Shell } from './shell/shell.tsx'
import { tabLeavesLists } from './shell/tab-leaves-lists.ts'
import './console.css'
import { consoleTheme } from './theme.ts'
import { startWords } from './words/words.ts'

function Console (): ReactNode {
  const { i18n } = useTranslation()
  return (
    <ConfigProvider theme={consoleTheme} componentSize='middle' locale={i18n.language === 'en' ? enUS : zhCN}>
      <SessionProvider>
        <BrowserRouter>
          <Shell />
        </BrowserRouter>
      </SessionProvider>
    </ConfigProvider>
  )
}

focusFirstField()
tabLeavesLists()
await startWords()
const root = document.getElementById('root')
if (root) {
  createRoot(root).render(
    <StrictMode>
      <Console />
    </StrictMode>
  )
}
