import i18next from 'i18next'
import { initReactI18next } from 'react-i18next'
import { shellWords } from './shell-words.ts'
import { errorWords } from './error-words.ts'
import type { Language, Words } from './language.ts'

/** Words added before i18next was started. */
const early: Array<[string, Words]> = []

const kept = (): Language => localStorage.getItem('language') === 'en' ? 'en' : 'zh'

export async function startWords (): Promise<void> {
  await i18next.use(initReactI18next).init({
    lng: kept(),
    fallbackLng: 'zh',
    keySeparator: false,
    nsSeparator: ':',
    interpolation: { escapeValue: false },
    resources: {}
  })
  for (const [name, words] of [['shell', shellWords], ['error', errorWords], ...early.splice(0)] as const) addWords(name, words)
  document.documentElement.lang = kept() === 'en' ? 'en' : 'zh-CN'
}

/**
 * Adds a desk's words under its name: `t('agent:answer')`. `Codes`: keys that have to be among them, or it does not compile.
 */
export function addWords<Codes extends string = never> (name: string, words: Words<NoInfer<Codes>>): void {
  if (!i18next.isInitialized) {
    early.push([name, words])
    return
  }
  i18next.addResourceBundle('zh', name, words.zh)
  i18next.addResourceBundle('en', name, words.en)
}

export async function setLanguage (language: Language): Promise<void> {
  localStorage.setItem('language', language)
  document.documentElement.lang = language === 'en' ? 'en' : 'zh-CN'
  await i18next.changeLanguage(language)
}
