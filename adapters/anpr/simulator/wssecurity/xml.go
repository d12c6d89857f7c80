package wssecurity

import (
	"strings"

	"github.com/beevik/etree"
)

func is(el *etree.Element, ns, local string) bool {
	return el != nil && el.Tag == local && el.NamespaceURI() == ns
}

// child is the first child element of that name, nil if el is nil or has none.
func child(el *etree.Element, ns, local string) *etree.Element {
	if el == nil {
		return nil
	}
	for _, c := range el.Child {
		if e, ok := c.(*etree.Element); ok && is(e, ns, local) {
			return e
		}
	}
	return nil
}

func children(el *etree.Element, ns, local string) []*etree.Element {
	var list []*etree.Element
	if el == nil {
		return nil
	}
	for _, c := range el.Child {
		if e, ok := c.(*etree.Element); ok && is(e, ns, local) {
			list = append(list, e)
		}
	}
	return list
}

func text(el *etree.Element) string {
	if el == nil {
		return ""
	}
	return strings.TrimSpace(el.Text())
}

func attr(el *etree.Element, ns, local string) string {
	for i := range el.Attr {
		if a := &el.Attr[i]; a.Key == local && a.NamespaceURI() == ns {
			return a.Value
		}
	}
	return ""
}
