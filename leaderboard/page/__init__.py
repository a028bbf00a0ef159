"""The Streamlit page.

views      one file a page
choose     the choices that views share, kept in the address
messages   titles, charts, and friendly words where there is nothing to show
downloads  every table and chart as a file
explorer   which problems match, and who picks what
solution   a solution with its steps tinted by score
watch      the page is drawn again when the store changes
"""
