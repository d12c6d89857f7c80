package auth

import (
	_ "embed"
	"strings"
	"sync"
)

//go:embed common.txt
var commonText string

// common are the passwords many people have.
var common = sync.OnceValue(func() map[string]bool {
	all := map[string]bool{}
	for line := range strings.Lines(commonText) {
		if line = strings.TrimSpace(line); !strings.HasPrefix(line, "#") {
			all[line] = true
		}
	}
	return all
})

// unleet undoes the letters that people write as digits and signs.
var unleet = strings.NewReplacer("@", "a", "0", "o", "1", "i", "3", "e", "4", "a", "5", "s", "7", "t", "$", "s")

// padding is how much may be added to a common word, and how long a repeated piece
// may be, for the whole to be as easily guessed.
const padding = 8

// isCommon says whether a password in lower case is common: it is on the list, or a
// word of the list with little around it, or a piece like that again and again.
func isCommon(password string) bool {
	if common()[password] {
		return true
	}
	if piece := repeated(password); piece != password {
		return len(piece) < padding || isCommon(piece)
	}
	word := strings.TrimFunc(password, func(r rune) bool { return r < 'a' || r > 'z' })
	return len(password)-len(word) <= padding && (common()[word] || common()[unleet.Replace(word)])
}

// repeated returns the shortest piece of which a text is made.
func repeated(text string) string {
	return text[:strings.Index((text + text)[1:], text)+1]
}
