"""Tables in, charts out: pure functions of rows, without Streamlit and without SQL.

style       colours, dashes, axes and labels that all charts share
accuracy    accuracy against N: overlaid, and as small multiples
comparison  two entries; in against out of distribution
heatmap     problems by verifiers
scores      reliability, ROC, scores against length
cost        accuracy against compute
steps       dots with intervals, skill against choice, curves over a distance
training    what a policy was rewarded for, and what was true
"""
