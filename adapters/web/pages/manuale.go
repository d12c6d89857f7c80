package pages

import (
	"bytes"
	"html/template"
	"strings"
	"sync"
	"unicode"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	tables "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"

	"github.com/visure-anagrafiche/visure/docs/manuale"
	"github.com/visure-anagrafiche/visure/domain"
)

// written is a chapter as HTML.
type written struct {
	title string
	text  template.HTML
}

// manual is every chapter as each role reads it, by name; no role: in no capacity.
var manual = sync.OnceValue(func() map[string]map[domain.Role]written {
	all := map[string]map[domain.Role]written{}
	for name := range chapters {
		source, err := manuale.Files.ReadFile(name + ".md")
		if err != nil {
			panic(err) // it is in the program
		}
		all[name] = map[domain.Role]written{}
		for _, role := range append(roles{""}, anyRole...) {
			if concerns(name, role) {
				all[name][role] = write(source, role)
			}
		}
	}
	return all
})

// markdown is ours: tables are all we use beyond CommonMark, and no cell has a style.
var markdown = goldmark.New(
	goldmark.WithExtensions(extension.NewTable(extension.WithTableCellAlignMethod(extension.TableCellAlignNone))),
	goldmark.WithParserOptions(parser.WithAutoHeadingID()),
)

// write makes the HTML of a chapter for who reads it in a role.
func write(source []byte, role domain.Role) (w written) {
	root := markdown.Parser().Parse(text.NewReader(source), parser.WithContext(parser.NewContext(parser.WithIDs(&anchors{}))))
	var elsewhere []*ast.Link
	_ = ast.Walk(root, func(n ast.Node, entering bool) (ast.WalkStatus, error) { // what is given to it never fails
		if !entering {
			return ast.WalkContinue, nil
		}
		switch n := n.(type) {
		case *ast.Heading:
			if w.title == "" {
				w.title = plain(n, source)
			}
		case *ast.Image:
			n.Destination = append([]byte("/guida/"), n.Destination...)
		case *ast.Link:
			to, ok := address(string(n.Destination), role)
			n.Destination = []byte(to)
			if !ok {
				elsewhere = append(elsewhere, n)
			}
		case *tables.Table:
			label(n, source)
		}
		return ast.WalkContinue, nil
	})
	for _, link := range elsewhere {
		for link.FirstChild() != nil {
			link.Parent().InsertBefore(link.Parent(), link, link.FirstChild())
		}
		link.Parent().RemoveChild(link.Parent(), link)
	}
	var b bytes.Buffer
	if err := markdown.Renderer().Render(&b, source, root); err != nil {
		panic(err) // a buffer takes everything
	}
	w.text = template.HTML(b.String())
	return w
}

// label gives a table what a narrow screen needs, where each row is a card: in each cell
// the head of its column.
func label(table *tables.Table, source []byte) {
	table.SetAttributeString("class", []byte("v-list"))
	var heads []string
	for row := table.FirstChild(); row != nil; row = row.NextSibling() {
		i := 0
		for cell := row.FirstChild(); cell != nil; cell, i = cell.NextSibling(), i+1 {
			if row.Kind() == tables.KindTableHeader {
				heads = append(heads, plain(cell, source))
				cell.SetAttributeString("scope", []byte("col"))
			} else {
				cell.SetAttributeString("data-l", []byte(heads[i]))
			}
		}
	}
}

// address is where a link of the manual leads on the pages: nowhere if it leads out of
// the manual, or to a chapter that a role does not read.
func address(to string, role domain.Role) (string, bool) {
	file, anchor, found := strings.Cut(to, "#")
	if found {
		anchor = "#" + anchor
	}
	if file == "" {
		return anchor, true
	}
	name, ok := strings.CutSuffix(file, ".md")
	if !ok || !concerns(name, role) {
		return "", false
	}
	if name == "README" {
		return "/guida" + anchor, true
	}
	return "/guida/" + name + anchor, true
}

// plain are the words of a node.
func plain(n ast.Node, source []byte) string {
	var b strings.Builder
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		if t, ok := c.(*ast.Text); ok {
			b.Write(t.Segment.Value(source))
		} else {
			b.WriteString(plain(c, source))
		}
	}
	return b.String()
}

// anchors names headings as GitHub does, so that one link serves both.
type anchors struct{}

// Generate names a heading by its words.
func (a *anchors) Generate(value []byte, _ ast.NodeKind) []byte {
	id := strings.Map(func(r rune) rune {
		switch {
		case r == ' ':
			return '-'
		case unicode.IsLetter(r), unicode.IsDigit(r), r == '-', r == '_':
			return unicode.ToLower(r)
		}
		return -1
	}, strings.TrimSpace(string(value)))
	return []byte(id)
}

// Put is told of an id that was given by hand: none is.
func (*anchors) Put([]byte) {}
