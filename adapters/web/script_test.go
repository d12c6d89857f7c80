package web_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// A script is a conversation with the API, told in a text file:
//
//	# a remark
//	with conferma manuale              the national requests of this world await an officer
//	with comune 039014                 and its Comune is this one
//
//	> operator PUT /api/v1/visure/{v1}     who asks what; "nobody" has no token, "operator2" is one like the operator, "top+" has just used a second factor
//	Prefer: wait=10                        headers, if any
//
//	{"comune": "{comune}"}                 after an empty line the body, if any
//
//	< 200                                  the status expected
//	Preference-Applied: wait=10            headers expected, each exactly this; "-" is absent, "*" is anything
//
//	{"visura": {"status": "issued"}}       the JSON expected: at least this
//
//	! erase {v1}                           something done, or found, outside HTTP; where an erasure stands is {erased}
//
// In what is sent {name} stands for the value of that name. In what is expected
// it does too, unless there is none: then it takes the value that is there. "*"
// is any value, "-" that there is none. A list is as long as written.
type step struct {
	line    int
	kind    byte // '>' or '!'
	words   []string
	headers [][2]string
	body    string
	status  string
	expect  [][2]string
	answer  string
}

// script is a file that was read.
type script struct {
	name     string
	settings map[string]string
	steps    []step
}

func readScript(path string) (script, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return script{}, err
	}
	s := script{name: strings.TrimSuffix(filepath.Base(path), ".txt"), settings: map[string]string{}}
	lines := strings.Split(string(text), "\n")
	for i := 0; i < len(lines); {
		line := strings.TrimSpace(lines[i])
		switch {
		case line == "" || line[0] == '#':
			i++
		case strings.HasPrefix(line, "with "):
			words := strings.Fields(line)
			s.settings[words[1]] = words[2]
			i++
		case line[0] == '!':
			s.steps = append(s.steps, step{line: i + 1, kind: '!', words: strings.Fields(line[1:])})
			i++
		case line[0] == '>':
			one := step{line: i + 1, kind: '>', words: strings.Fields(line[1:])}
			i, one.headers, one.body = section(lines, i+1)
			if i == len(lines) || !strings.HasPrefix(lines[i], "<") {
				return s, fmt.Errorf("%s:%d: no answer is expected", path, one.line)
			}
			one.status = strings.TrimSpace(lines[i][1:])
			i, one.expect, one.answer = section(lines, i+1)
			s.steps = append(s.steps, one)
		default:
			return s, fmt.Errorf("%s:%d: what is this?", path, i+1)
		}
	}
	return s, nil
}

// section reads headers, and after an empty line a body, up to the next mark.
func section(lines []string, i int) (next int, headers [][2]string, body string) {
	for ; i < len(lines) && strings.TrimSpace(lines[i]) != "" && !marked(lines[i]); i++ {
		name, value, _ := strings.Cut(lines[i], ":")
		headers = append(headers, [2]string{strings.TrimSpace(name), strings.TrimSpace(value)})
	}
	begin := i
	for i < len(lines) && !marked(lines[i]) {
		i++
	}
	return i, headers, strings.TrimSpace(strings.Join(lines[begin:i], "\n"))
}

func marked(line string) bool { return line != "" && strings.ContainsRune("#><!", rune(line[0])) }

// runScripts runs each script in a world of its own.
func runScripts(t *testing.T, o *office) {
	paths, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no scripts: %v", err)
	}
	for i, path := range paths {
		s, err := readScript(path)
		if err != nil {
			t.Fatal(err)
		}
		if s.settings["comune"] == "" {
			s.settings["comune"] = string(comuni[i%(len(comuni)-1)])
		}
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			newConversation(t, o, s).run()
		})
	}
}

// TestAScriptThatIsNotFulfilledFails guards the guard.
func TestAScriptThatIsNotFulfilledFails(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		expected, got string
		differences   int
	}{
		"the same":             {`{"a":1,"b":["x"]}`, `{"a":1,"b":["x"],"c":true}`, 0},
		"another value":        {`{"a":1}`, `{"a":2}`, 1},
		"nothing there":        {`{"a":1}`, `{}`, 1},
		"something there":      {`{"a":"-"}`, `{"a":1}`, 1},
		"nothing, as it ought": {`{"a":"-"}`, `{}`, 0},
		"anything":             {`{"a":"*"}`, `{"a":{"b":1}}`, 0},
		"not even anything":    {`{"a":"*"}`, `{}`, 1},
		"a longer list":        {`{"a":[1]}`, `{"a":[1,2]}`, 1},
		"two taken alike":      {`{"a":"{x}","b":"{x}"}`, `{"a":"1","b":"2"}`, 1},
	} {
		m := matcher{values: map[string]string{}}
		m.compareText(c.expected, c.got)
		if len(m.differences) != c.differences {
			t.Errorf("%s: %d differences, want %d: %v", name, len(m.differences), c.differences, slices.Clone(m.differences))
		}
	}
}
