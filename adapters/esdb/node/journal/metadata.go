package journal

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
)

// metadata are the rules of a stream for its reads. Zero means no rule.
type metadata struct {
	truncateBefore int64
	maxCount       int64
	// maxAge is in seconds.
	maxAge int64
}

// maxAgeLimit is the longest $maxAge or $cacheControl that is not an error.
const maxAgeLimit = 922_337_203_685

var deletedMark = fmt.Appendf(nil, `{"$tb":%d}`, int64(MaxRevision))

// parsed is a metadata event with its rules, and offsets in its bytes: of the
// value of $tb (both 0 when there is none), of where another key may be put, and
// of the end of the object.
type parsed struct {
	metadata
	tbStart, tbEnd int
	insert         int
	end            int
	empty          bool
}

var byteOrderMark = []byte("\xef\xbb\xbf")

// parseMetadata reads the JSON of a metadata event. It returns false, and no rule
// applies, when that is not an object or any known key has the wrong type. A zero or
// negative value voids its own key only. Text after the object is ignored.
func parseMetadata(data []byte) (parsed, bool) {
	p, ok := scanMetadata(data)
	if !ok {
		return parsed{}, false
	}
	return p, true
}

func scanMetadata(data []byte) (p parsed, ok bool) {
	skip := 0
	if bytes.HasPrefix(data, byteOrderMark) {
		skip = len(byteOrderMark)
	}
	dec := json.NewDecoder(bytes.NewReader(data[skip:]))
	dec.UseNumber()
	if t, err := dec.Token(); err != nil || t != json.Delim('{') {
		return p, false
	}
	p.insert, p.empty = skip+int(dec.InputOffset()), true
	for dec.More() {
		key, err := dec.Token()
		if err != nil {
			return p, false
		}
		var value json.RawMessage
		if err := dec.Decode(&value); err != nil {
			return p, false
		}
		p.empty = false
		end := skip + int(dec.InputOffset())
		if !p.set(key.(string), value, end) {
			return p, false
		}
	}
	_, err := dec.Token()
	p.end = skip + int(dec.InputOffset())
	return p, err == nil
}

// set applies one key; false voids the metadata as a whole.
func (p *parsed) set(key string, value json.RawMessage, end int) bool {
	switch key {
	case "$tb":
		n, ok := integer(value)
		p.tbStart, p.tbEnd = end-len(value), end
		p.truncateBefore = max(n, 0)
		return ok
	case "$maxCount":
		n, ok := integer(value)
		p.maxCount = max(n, 0)
		return ok
	case "$maxAge", "$cacheControl":
		n, ok := integer(value)
		if key == "$maxAge" {
			p.maxAge = max(n, 0)
		}
		return ok && n <= maxAgeLimit
	case "$tmp":
		return string(value) == "true" || string(value) == "false"
	case "$acl":
		return validACL(value)
	}
	return true
}

// integer accepts what is written as an integer: 2, not 2.0, 2e0 or "2".
func integer(value json.RawMessage) (int64, bool) {
	n, err := strconv.ParseInt(string(value), 10, 64)
	return n, err == nil
}

// validACL accepts an object whose keys are among the five rights, each with a role
// or a list of roles.
func validACL(value json.RawMessage) bool {
	if len(value) == 0 || value[0] != '{' {
		return false
	}
	var rights map[string]json.RawMessage
	if json.Unmarshal(value, &rights) != nil {
		return false
	}
	for right, roles := range rights {
		switch right {
		case "$r", "$w", "$d", "$mr", "$mw":
		default:
			return false
		}
		if !validRoles(roles) {
			return false
		}
	}
	return true
}

func validRoles(value json.RawMessage) bool {
	if len(value) == 0 {
		return false
	}
	switch value[0] {
	case '"':
		return true
	case '[':
		var roles []*string
		if json.Unmarshal(value, &roles) != nil {
			return false
		}
		for _, r := range roles {
			if r == nil {
				return false
			}
		}
		return true
	}
	return false
}

// withTruncateBefore returns metadata that differs in $tb, and in that its numbers
// have their shortest form, which is how the real server writes them back. Void
// metadata becomes nothing but $tb.
func withTruncateBefore(data []byte, revision int64) []byte {
	p, ok := parseMetadata(data)
	if !ok {
		return fmt.Appendf(nil, `{"$tb":%d}`, revision)
	}
	object, tail := data[:p.end], data[p.end:]
	switch {
	case p.tbEnd > 0:
		object = splice(object, p.tbStart, p.tbEnd, strconv.FormatInt(revision, 10))
	case p.empty:
		object = splice(object, p.insert, p.insert, fmt.Sprintf(`"$tb":%d`, revision))
	default:
		object = splice(object, p.insert, p.insert, fmt.Sprintf(`"$tb":%d,`, revision))
	}
	return append(shortNumbers(object), tail...)
}

func splice(data []byte, from, to int, text string) []byte {
	out := make([]byte, 0, len(data)+len(text))
	out = append(out, data[:from]...)
	out = append(out, text...)
	return append(out, data[to:]...)
}
