package journal

import (
	"bytes"
	"math"
	"strconv"
	"strings"
)

// shortNumbers returns valid JSON with every number in its shortest form. All
// other bytes stay.
func shortNumbers(data []byte) []byte {
	out := make([]byte, 0, len(data))
	for i := 0; i < len(data); {
		n := 1
		switch c := data[i]; {
		case c == '"':
			n = stringLen(data[i:])
		case c == '-' || c >= '0' && c <= '9':
			n = numberLen(data[i:])
			out, i = append(out, shortNumber(string(data[i:i+n]))...), i+n
			continue
		}
		out, i = append(out, data[i:i+n]...), i+n
	}
	return out
}

// stringLen is the length of the JSON string that data begins with, quotes included.
func stringLen(data []byte) int {
	for i := 1; i < len(data); i++ {
		switch data[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		}
	}
	return len(data)
}

func numberLen(data []byte) int {
	return len(data) - len(bytes.TrimLeft(data, "+-.0123456789eE"))
}

// shortNumber writes a JSON number as the real server does. An integer keeps its
// digits, however many. Any other number is taken as a float64 and gets the fewest
// digits that read back as the same float64: "1.50" is "1.5", "2.00" is "2.0".
// Exponents are used below 1e-4 and from 1e15 on. What no float64 can hold stays
// as it is.
func shortNumber(text string) string {
	if !strings.ContainsAny(text, ".eE") {
		return text
	}
	x, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return text
	}
	if size := math.Abs(x); size != 0 && (size < 1e-4 || size >= 1e15) {
		return strconv.FormatFloat(x, 'E', -1, 64)
	}
	short := strconv.FormatFloat(x, 'f', -1, 64)
	if !strings.Contains(short, ".") {
		short += ".0"
	}
	return short
}
