package faults_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var (
	named    = regexp.MustCompile(`(Test\w+)(?: \((adapters/\w+)\))?`)
	declared = regexp.MustCompile(`(?m)^func (Test\w+)\(`)
)

// testsIn returns the tests of a folder.
func testsIn(t *testing.T, folder string) map[string]bool {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(folder, "*_test.go"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no tests in %s: %v", folder, err)
	}
	tests := map[string]bool{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, match := range declared.FindAllStringSubmatch(string(text), -1) {
			tests[match[1]] = true
		}
	}
	return tests
}

func TestTheTableOfFaultsNamesTestsThatExistAndAllOfThose(t *testing.T) {
	const root = "../../.."
	text, err := os.ReadFile(root + "/docs/client-faults.md")
	if err != nil {
		t.Fatal(err)
	}
	here, told := testsIn(t, "."), map[string]bool{}
	for _, line := range strings.Split(string(text), "\n") {
		if !strings.HasPrefix(line, "| ") {
			continue
		}
		for _, match := range named.FindAllStringSubmatch(line, -1) {
			exists := here
			if match[2] != "" {
				exists = testsIn(t, filepath.Join(root, match[2]))
			}
			if !exists[match[1]] {
				t.Errorf("the table names %s, which does not exist", match[0])
			}
			told[match[1]] = true
		}
	}
	for name := range here {
		if !told[name] && name != "TestMain" && name != t.Name() {
			t.Errorf("the table does not name %s", name)
		}
	}
}
