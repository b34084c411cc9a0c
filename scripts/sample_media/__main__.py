"""(Re)builds everything in apps/onboarding_api/tests/media."""

from __future__ import annotations

from pathlib import Path

from scripts.sample_media import documents, pictures, voices

FOLDER = Path(__file__).resolve().parents[2] / "apps/onboarding_api/tests/media"
MAX_BYTES = 1_500_000


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    _voices()
    _pictures()
    _documents()
    total = sum(path.stat().st_size for path in FOLDER.iterdir())
    print(f"{len(list(FOLDER.iterdir()))} files, {total / 1000:.0f} kB in {FOLDER.name}/")
    if total > MAX_BYTES:
        raise SystemExit(f"The samples take more than {MAX_BYTES / 1e6} MB.")


def _voices() -> None:
    said = {name: voices.speak(text, voice=voice) for name, (voice, text) in voices.ANSWERS.items()}
    for name, samples in said.items():
        voices.write_wav(FOLDER / f"{name}.wav", samples)
    for extension in voices.ENCODINGS:
        voices.encode(FOLDER / f"voice_hours.{extension}", said["voice_hours"])
    voices.write_wav(FOLDER / "sound_noise.wav", voices.noise())
    voices.write_wav(FOLDER / "sound_hum.wav", voices.hum())
    voices.write_wav(FOLDER / "sound_silence.wav", voices.silence())
    crowd = [said[name] for name in ("voice_off_topic", "voice_area", "voice_phone", "voice_hours")]
    voices.write_wav(FOLDER / "sound_babble.wav", voices.babble(crowd))


def _pictures() -> None:
    pictures.save(pictures.scene(), FOLDER / "scene_gps.jpg", exif=pictures.gps_exif())
    pictures.save(pictures.scene(), FOLDER / "scene_plain.jpg", quality=70)
    pictures.save(pictures.lcd_meter(), FOLDER / "meter_lcd.jpg")
    pictures.save(pictures.drum_meter(), FOLDER / "meter_drum.jpg")
    pictures.save(pictures.register_page(), FOLDER / "register_page.jpg")


def _documents() -> None:
    documents.write_txt(FOLDER / "site_brief.txt")
    documents.write_pdf(FOLDER / "site_brief.pdf")
    documents.write_docx(FOLDER / "site_brief.docx")
    documents.write_csv(FOLDER / "posts.csv")
    documents.write_xlsx(FOLDER / "posts.xlsx")


if __name__ == "__main__":
    main()
