// Command generate cuts Roboto down to the characters of the .map files in the
// folder it is given and writes, for each weight and map, the subset (.ttf) and
// its metrics as gofpdf has them (.json). It needs pyftsubset (Debian: fonttools)
// and the original fonts (Debian: fonts-roboto-unhinted):
//
//	go generate ./adapters/pdf
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/jung-kurt/gofpdf"
)

const original = "/usr/share/fonts/truetype/roboto/unhinted/RobotoTTF/Roboto-%s.ttf"

var codepoint = regexp.MustCompile(`U\+([0-9A-F]{4})`)

func main() {
	dir := os.Args[1]
	work, err := os.MkdirTemp("", "fonts")
	check(err)
	defer os.RemoveAll(work)
	for _, weight := range []string{"Regular", "Bold"} {
		for _, set := range []string{"latin", "extended", "additional"} {
			check(subset(dir, work, weight, set))
		}
	}
}

func subset(dir, work, weight, set string) error {
	encoding, err := os.ReadFile(filepath.Join(dir, set+".map"))
	if err != nil {
		return err
	}
	var unicodes []string
	for _, m := range codepoint.FindAllSubmatch(encoding, -1) {
		unicodes = append(unicodes, string(m[1]))
	}
	base := strings.ToLower(weight) + "-" + set
	ttf := filepath.Join(dir, base+".ttf")
	cut := exec.Command("pyftsubset", fmt.Sprintf(original, weight), "--unicodes="+strings.Join(unicodes, ","),
		"--output-file="+ttf, "--layout-features=", "--drop-tables+=GSUB,GPOS,GDEF,hdmx,gasp,LTSH,VDMX,cvt,fpgm,prep",
		"--no-hinting", "--no-glyph-names", "--name-IDs=6", "--notdef-outline", "--no-recalc-timestamp")
	cut.Env = append(os.Environ(), "SOURCE_DATE_EPOCH=0")
	cut.Stderr = os.Stderr
	if err := cut.Run(); err != nil {
		return fmt.Errorf("pyftsubset %s: %w", base, err)
	}
	// gofpdf expresses an encoding as its difference from the cp1252.map that
	// lies beside it; ours that stands for cp1252 is latin.map.
	latin, err := os.ReadFile(filepath.Join(dir, "latin.map"))
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(work, "cp1252.map"), latin, 0o600); err != nil {
		return err
	}
	encFile := filepath.Join(work, set+".map")
	if err := os.WriteFile(encFile, encoding, 0o600); err != nil {
		return err
	}
	var missing bytes.Buffer
	if err := gofpdf.MakeFont(ttf, encFile, work, &missing, true); err != nil {
		return err
	}
	if bytes.Contains(missing.Bytes(), []byte("missing")) {
		return fmt.Errorf("%s: %s", base, missing.String())
	}
	return metrics(filepath.Join(work, base+".json"), filepath.Join(dir, base+".json"), weight, set)
}

// metrics copies gofpdf's definition under a name that marks a subset: six
// capitals, different for every cut, and a plus sign.
func metrics(from, to, weight, set string) error {
	data, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	var def map[string]any
	if err := json.Unmarshal(data, &def); err != nil {
		return err
	}
	def["Name"] = strings.ToUpper(weight[:1]+set[:5]) + "+" + def["Name"].(string)
	if data, err = json.Marshal(def); err != nil {
		return err
	}
	return os.WriteFile(to, append(data, '\n'), 0o644)
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
