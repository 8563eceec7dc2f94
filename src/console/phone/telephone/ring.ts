import { useEffect } from 'react'

/** The ring in the headset: two short tones every three seconds, made in the page. */
export function useRing (ringing: boolean, here: boolean): void {
  useEffect(() => {
    if (!ringing || !here) return
    const audio = new AudioContext()
    const beep = (): void => {
      for (const start of [0, 0.5]) {
        const tone = audio.createOscillator()
        const volume = audio.createGain()
        tone.frequency.value = 450
        volume.gain.value = 0.12
        tone.connect(volume).connect(audio.destination)
        tone.start(audio.currentTime + start)
        tone.stop(audio.currentTime + start + 0.35)
      }
    }
    beep()
    const timer = setInterval(beep, 3000)
    return () => {
      clearInterval(timer)
      void audio.close()
    }
  }, [ringing, here])
}
