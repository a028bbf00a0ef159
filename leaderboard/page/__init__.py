"""The Streamlit page.

views      one file a page
page.js    links that do not load the page again, and the button that copies one
address    the whole state of a page, in its address
choose     the choices that views share
messages   titles, charts, and friendly words where there is nothing to show
downloads  every table and chart as a file
explorer   which problems match, and who picks what
panes      one problem: its answers, the picks, two of them side by side
solution   a solution with its steps tinted by score
watch      the page is drawn again when the store changes
"""
