"""The dossier as PDF: Markdown to HTML to WeasyPrint. The hero gets an A3 sheet of its own, wide figures a landscape one."""

from __future__ import annotations

import hashlib
import re
import sys

from .canvas import WEIGHTS, font_file
from .model import HOME, LANGUAGES

STYLE = """
@page { size: A4; margin: 17mm 14mm 16mm; @bottom-right { content: counter(page) " / " counter(pages); font: 8pt Inter; color: #6b7280 }
        @bottom-left { content: "%(foot)s"; font: 8pt Inter; color: #6b7280 } }
@page hero { size: A3 landscape; margin: 8mm; @bottom-right { content: none } @bottom-left { content: none } }
@page wide { size: A3 landscape; margin: 11mm 10mm 13mm }
body { font: 9.2pt/1.42 Inter; color: #1f2937 }
h1 { font-size: 25pt; line-height: 1.15; margin: 0 0 6mm; color: #111827 }
h2 { font-size: 16pt; color: #0f4c75; border-bottom: 1.2pt solid #0f4c75; padding-bottom: 1.5mm; margin: 9mm 0 4mm; break-after: avoid }
h3 { font-size: 11.5pt; color: #111827; margin: 6mm 0 2mm; break-after: avoid }
table { border-collapse: collapse; width: 100%%; font-size: 7.1pt; line-height: 1.3; margin: 2mm 0 4mm; font-variant-numeric: tabular-nums }
th { background: #0f4c75; color: white; text-align: left; font-weight: 600 }
th, td { border: 0.4pt solid #cbd5e1; padding: 1mm 1.3mm; vertical-align: top }
tr:nth-child(even) td { background: #f8fafc }
tr { break-inside: avoid }
code { font: 7.6pt "DejaVu Sans Mono", monospace; background: #f1f5f9; padding: 0 0.6mm }
td code { font-size: 6.2pt; overflow-wrap: anywhere }
pre { background: #f1f5f9; padding: 2.5mm; border-radius: 1mm } pre code { background: none }
figure { margin: 3mm 0; break-inside: avoid; text-align: center } figure img { max-width: 100%%; max-height: 235mm }
figcaption { font-size: 8pt; color: #4b5563; margin-top: 1mm }
figure.hero { page: hero; margin: 0 } figure.hero img { width: 404mm; max-height: 285mm } figure.hero figcaption { display: none }
figure.wide, div.wide { page: wide } div.wide, figure.wide { break-after: page } div.wide figure.wide { break-after: auto } figure.wide img { width: 400mm; max-height: 258mm; object-fit: contain } div.wide img { max-height: 244mm } div.wide h2, div.wide h3 { margin-top: 0 }
"""
WIDE = ("containers", "coexistence", "network", "data", "book", "upload", "cancel", "migration")


def digest_of(text: str) -> str:
    """SHA-256 of a page: its PDF carries it, so that a PDF that is older than its page is noticed."""
    return hashlib.sha256(text.encode()).hexdigest()


def page(text: str, lang: str) -> str:
    """The HTML of a page's Markdown."""
    import markdown

    html = markdown.markdown(text, extensions=["tables", "fenced_code", "sane_lists"])

    def figure(hit):
        alt, src = re.search(r'alt="([^"]*)"', hit.group(1)).group(1), re.search(r'src="([^"]*)"', hit.group(1)).group(1)
        ident = re.search(r"fig-\d+-(\w+)", src).group(1)
        kind = "hero" if ident == "hero" else "wide" if ident in WIDE else "plain"
        return f'<figure class="{kind}"><img src="{src}" alt="{alt}"><figcaption>{alt}</figcaption></figure>'

    html = re.sub(r"<p>(<img [^>]*fig-[^>]*>)</p>\s*<p><em>[^<]*</em></p>", figure, html)
    html = re.sub(r'(<h[23]>[^<]*</h[23]>)\s*(<figure class="wide">.*?</figure>)', r'<div class="wide">\1\2</div>', html)
    faces = "".join(f'@font-face{{font-family:Inter;font-weight:{w};src:url("{font_file(w).as_uri()}")}}' for w in WEIGHTS)
    foot = {"es": "Camino a la nube de una compañía hotelera", "en": "A hotel company’s way to the cloud"}[lang]
    return f'<html lang="{lang}"><head><meta charset="utf-8"><title>{foot}</title><style>{faces}{STYLE % {"foot": foot}}</style></head><body>{html}</body></html>'


def main() -> int:
    """Prints both languages."""
    from weasyprint import HTML

    for lang in LANGUAGES:
        source = HOME / lang / "dossier.md"
        text = source.read_text()
        made = HTML(string=page(text, lang), base_url=str(source)).write_pdf()
        # A comment after the last line of a PDF is nobody's content and everybody's to read.
        source.with_suffix(".pdf").write_bytes(made + f"% page-digest:{digest_of(text)}\n".encode())
        print(f"{lang}/dossier.pdf")
    return 0


if __name__ == "__main__":
    sys.exit(main())
