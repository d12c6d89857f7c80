package pages

import (
	"fmt"
	"html/template"
	"strings"

	"github.com/visure-anagrafiche/visure/projections"
)

// mostBars is how many bars a chart has at most: more are thinner than a line.
const mostBars = 400

// The chart's size, and what is left for the axes.
const (
	chartWidth, chartHeight = 960, 220
	chartLeft, chartBottom  = 44, 22
	chartTop                = 8
	widestBar               = 40
)

// stacked is groups of time as SVG: a bar each, of what became of its requests.
func stacked(rows []rigaContata, per projections.Raggruppamento) template.HTML {
	if len(rows) == 0 {
		return ""
	}
	most := 0
	for _, r := range rows {
		most = max(most, r.Richieste)
	}
	step := axisStep(most)
	top := (most + step - 1) / step * step
	y := func(n int) float64 {
		return chartTop + float64(chartHeight-chartBottom-chartTop)*(1-float64(n)/float64(top))
	}
	var s strings.Builder
	fmt.Fprintf(&s, `<svg viewBox="0 0 %d %d" role="img" aria-labelledby="andamento"><desc>Una barra per gruppo; i valori sono nella tabella che segue.</desc>`, chartWidth, chartHeight)
	for n := 0; n <= top; n += step {
		fmt.Fprintf(&s, `<line class="ax" x1="%d" x2="%d" y1="%.1f" y2="%.1f"/><text x="%d" y="%.1f" text-anchor="end">%s</text>`, chartLeft, chartWidth, y(n), y(n), chartLeft-6, y(n)+4, figure(n))
	}
	wide := float64(chartWidth-chartLeft) / float64(len(rows))
	bar := min(wide*.7, widestBar)
	labelled := labelEvery(len(rows), per)
	for i, r := range rows {
		middle := chartLeft + wide*(float64(i)+.5)
		fmt.Fprintf(&s, `<g><title>%s: %s</title>`, template.HTMLEscapeString(r.Text), sentence(r.Conteggio))
		below := 0
		for k, n := range []int{r.Emesse, r.Senza + r.InCorso, r.Rifiutate} {
			if n > 0 {
				fmt.Fprintf(&s, `<rect class="s%d" x="%.1f" y="%.1f" width="%.1f" height="%.1f"/>`, k+1, middle-bar/2, y(below+n), bar, y(below)-y(below+n))
			}
			below += n
		}
		s.WriteString(`</g>`)
		if i%labelled == 0 {
			fmt.Fprintf(&s, `<text x="%.1f" y="%d" text-anchor="middle">%s</text>`, middle, chartHeight-5, template.HTMLEscapeString(axisLabel(r.Text)))
		}
	}
	s.WriteString(`</svg>`)
	return template.HTML(s.String())
}

// sentence says what became of requests.
func sentence(c projections.Conteggio) string {
	return fmt.Sprintf("%s richieste, %s emesse, %s senza documento, %s in corso, %s rifiutate", figure(c.Richieste), figure(c.Emesse), figure(c.Senza), figure(c.InCorso), figure(c.Rifiutate))
}

// axisLabel is a group as short as an axis has room for: 28/11, 11/2026.
func axisLabel(text string) string {
	text = strings.TrimPrefix(text, "dal ")
	if len(text) == len("28/11/2026") {
		return text[:len("28/11")]
	}
	return text
}

// labelEvery is of how many groups one is named: of days whole weeks.
func labelEvery(n int, per projections.Raggruppamento) int {
	every := (n + 11) / 12
	if per == projections.PerGiorno && every > 1 {
		return (every + 6) / 7 * 7
	}
	return max(every, 1)
}

// axisStep is how far the lines of an axis are apart, that there are five at most above
// its foot: 1, 2 or 5, and those ten, a hundred, … times.
func axisStep(most int) int {
	for ten := 1; ; ten *= 10 {
		for _, step := range []int{ten, 2 * ten, 5 * ten} {
			if step*4 >= most {
				return step
			}
		}
	}
}

// compared is a part of the largest group as SVG; the figure stands beside it.
func compared(n, most int) template.HTML {
	if most == 0 {
		return ""
	}
	return template.HTML(fmt.Sprintf(`<svg class="v-bar1" viewBox="0 0 100 14" preserveAspectRatio="none" aria-hidden="true" focusable="false"><rect width="%.1f" height="14"/></svg>`, 100*float64(n)/float64(most)))
}
