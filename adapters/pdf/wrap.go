package pdf

import "strings"

// style is how a text looks: face, size in points, distance of lines and
// colour. All layout is in millimetres.
type style struct {
	weight weight
	size   float64
	lead   float64
	color  color
}

const pointsPerMM = 72.0 / 25.4

// width returns the length of a clean text in millimetres.
func (r *Renderer) width(st style, s string) float64 {
	units := 0
	for _, char := range s {
		units += int(r.faces[st.weight].glyphs[char].width)
	}
	return float64(units) * st.size / 1000 / pointsPerMM
}

// wrap breaks a clean text into lines of at most w millimetres: at spaces,
// else after a hyphen or a slash, else inside the word. Nothing is cut off; a
// line holds at least one character. An empty text has no lines.
func (r *Renderer) wrap(st style, s string, w float64) []string {
	limit := int(w * pointsPerMM * 1000 / st.size)
	glyphs := r.faces[st.weight].glyphs
	text := []rune(strings.TrimSpace(s))
	var lines []string
	for start := 0; start < len(text); {
		end, units, opportunity := start, 0, 0
		for ; end < len(text); end++ {
			units += int(glyphs[text[end]].width)
			if text[end] == ' ' {
				opportunity = end // a space may hang over the edge
			} else if units > limit && end > start {
				break
			} else if (text[end] == '-' || text[end] == '/') && end > start {
				opportunity = end + 1
			}
		}
		if end < len(text) && opportunity > start {
			end = opportunity
		}
		lines = append(lines, strings.TrimRight(string(text[start:end]), " "))
		for start = end; start < len(text) && text[start] == ' '; start++ {
		}
	}
	return lines
}

// longestWord returns the width of the widest part of s that wrap would keep
// together if it could.
func (r *Renderer) longestWord(st style, s string) float64 {
	widest := 0.0
	for _, word := range strings.Fields(s) {
		widest = max(widest, r.width(st, word))
	}
	return widest
}

// fit returns s on one line, ended by an ellipsis when it is longer than w. It
// is for what stands in full elsewhere.
func (r *Renderer) fit(st style, s string, w float64) string {
	if r.width(st, s) <= w {
		return s
	}
	rest := int(w*pointsPerMM*1000/st.size) - int(r.faces[st.weight].glyphs['…'].width)
	for i, char := range s {
		if rest -= int(r.faces[st.weight].glyphs[char].width); rest < 0 {
			return s[:i] + "…"
		}
	}
	return s
}
