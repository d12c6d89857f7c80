package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/alecthomas/kong"
	"go.yaml.in/yaml/v3"
)

// answers are the flags that a file gives, by their names. Flags of the command line
// win.
type answers map[string]string

// readAnswers reads a file of answers, YAML or JSON: "comune: {istat: 039002}" is
// --comune-istat 039002. A scalar is the text it is written with, so that codes keep
// their zeros.
func readAnswers(r io.Reader) (kong.Resolver, error) {
	var document yaml.Node
	if err := yaml.NewDecoder(r).Decode(&document); err != nil {
		return nil, fmt.Errorf("il file delle risposte non si legge: %w", err)
	}
	given := answers{}
	if len(document.Content) != 1 {
		return given, nil
	}
	return given, given.take("", document.Content[0])
}

// take adds what stands below a node.
func (a answers) take(name string, n *yaml.Node) error {
	switch n.Kind {
	case yaml.ScalarNode:
		a[name] = n.Value
		return nil
	case yaml.MappingNode:
		for i := 0; i < len(n.Content); i += 2 {
			key := strings.ReplaceAll(n.Content[i].Value, "_", "-")
			if name != "" {
				key = name + "-" + key
			}
			if err := a.take(key, n.Content[i+1]); err != nil {
				return err
			}
		}
		return nil
	}
	return fmt.Errorf("il file delle risposte, riga %d: sono ammessi solo nomi con un valore", n.Line)
}

// Validate refuses a name that no flag of init has.
func (a answers) Validate(app *kong.Application) error {
	for _, command := range app.Children {
		if command.Name != "init" {
			continue
		}
		for name := range a {
			if !known(command, name) {
				return fmt.Errorf("il file delle risposte: nulla si chiama %s", name)
			}
		}
	}
	return nil
}

func known(command *kong.Node, name string) bool {
	for _, f := range command.Flags {
		if f.Name == name {
			return true
		}
	}
	return false
}

// Resolve returns what the file gives for a flag, if anything.
func (a answers) Resolve(_ *kong.Context, _ *kong.Path, flag *kong.Flag) (any, error) {
	if value, ok := a[flag.Name]; ok {
		return value, nil
	}
	return nil, nil
}
